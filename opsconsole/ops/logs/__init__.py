"""Logs: recent and live lines of an app, filtered, explained, shared by everybody who looks."""
