"""From the format that a model is published in to the one that an engine loads."""
