"""Long random runs of faults, of people at once and of kill -9, held against what the console promises: `make soak`."""
