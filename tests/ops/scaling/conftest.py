"""A console in processes of its own, for the tests that kill it; and who may change a size."""

from tests.ops.scaling.resizing import jeanne, manager
from tests.ops.scaling.served import console, database, kept, prepared

__all__ = ["console", "database", "jeanne", "kept", "manager", "prepared"]
