"""Template tags, built into every template by the settings."""
