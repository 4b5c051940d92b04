"""The console: a Django project with one app, and four plain rooms beside it (docs/architecture.md)."""

__version__ = "0.1.0"
