"""Who did what, before and after: two insert-only tables."""
