"""What stands in front of Django in the one process: routing, health, the bounded WSGI bridge."""
