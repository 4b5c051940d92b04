"""Sleep and wake: memory, lease, follower, reconciliation."""
