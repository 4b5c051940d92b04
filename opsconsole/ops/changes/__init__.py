"""One change of an app at a time: its right and its guard, its claim, its follower, its reconciliation."""
