"""Where the addresses of log sessions may lead."""

from urllib.parse import urlsplit

from django.conf import settings

from opsconsole import heroku


def log_hosts() -> heroku.LogHosts:
    """Heroku's own hosts; with the demo's and the tests' Heroku, which production refuses at its start, loopback."""
    parts = urlsplit(settings.PLATFORM_API_URL)
    return heroku.LogHosts(allow_loopback=parts.scheme == "http" and parts.hostname == "127.0.0.1")
