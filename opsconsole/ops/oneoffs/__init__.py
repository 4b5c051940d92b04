"""Launching a one-off dyno, once, and following it to its end; commands and consoles stand on it."""
