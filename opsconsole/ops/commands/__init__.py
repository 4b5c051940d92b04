"""The catalogue of ready commands, and their runs."""
