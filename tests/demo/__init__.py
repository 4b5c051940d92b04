"""The demo as a newcomer starts it, and the visitor with which measurements walk through it."""
