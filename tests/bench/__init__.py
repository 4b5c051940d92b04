"""Measurements of the whole console, beside the official command line."""
