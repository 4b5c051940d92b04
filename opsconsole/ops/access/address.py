"""Where a request comes from, believing X-Forwarded-For only as far as our own proxies wrote it."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Return the client's address, "" when the server gave none (a Unix socket).

    Each proxy appends whom it heard: with n proxies of ours, the n-th entry from the right is the last that
    nobody can forge.
    """
    socket_address = _address(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.ENVIRONMENT.trusted_proxies
    if not proxies:
        return socket_address
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    return (_address(hops[-proxies]) if len(hops) >= proxies else "") or socket_address


def _address(text: str) -> str:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return ""
