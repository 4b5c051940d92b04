"""Where the addresses of terminals may lead."""

from urllib.parse import urlsplit

from django.conf import settings

from opsconsole import heroku


def rendezvous_hosts() -> heroku.RendezvousHosts:
    """Heroku's own hosts; with the demo's and the tests' Heroku, which production refuses at its start, loopback."""
    parts = urlsplit(settings.PLATFORM_API_URL)
    return heroku.RendezvousHosts(
        allow_loopback=parts.scheme == "http" and parts.hostname == "127.0.0.1",
        ca_file=settings.RENDEZVOUS_CA_FILE or None,
    )
