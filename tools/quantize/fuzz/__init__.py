"""Look for files that the check of headers lets through and that take an engine's process down.

tiny (small files that load) -> mutate -> models.headers.identify -> a child that loads them
"""
