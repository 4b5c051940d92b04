"""A console in processes of its own, for the tests that kill it."""

from tests.ops.scaling.served import console, database, kept, prepared

__all__ = ["console", "database", "kept", "prepared"]
