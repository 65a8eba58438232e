"""Which models exist, where they come from, and how each file is fetched, built and verified."""
