"""The console and its simulator on one machine: what `make demo` runs, and what measurements start in a place of their own."""
