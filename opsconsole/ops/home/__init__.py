"""The pages that compose the rooms: home, the app page, readiness."""
