"""A cook's tables, each row with its source, and how to find and measure things in them."""
