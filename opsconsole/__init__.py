"""The console: a Django project with one app, and four plain rooms beside it (docs/architecture.md)."""
