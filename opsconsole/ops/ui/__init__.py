"""Template tags, words and dates, sources of the static files."""
