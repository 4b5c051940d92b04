"""The settings and addresses of the sample app."""
