"""The one Django app; a folder per thing that people do."""
