"""Django's own place."""
