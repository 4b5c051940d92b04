"""People, profiles, rights, signing in."""
