"""The board: what it is, what it can do, and what suits it. Imports nothing of the assistant."""
