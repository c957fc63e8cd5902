"""The page at the end."""
