"""An offline voice assistant for small computers."""
