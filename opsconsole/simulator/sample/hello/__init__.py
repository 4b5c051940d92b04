"""Families, their files, and the reminders that they get."""
