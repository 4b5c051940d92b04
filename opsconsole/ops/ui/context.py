"""What every page needs to draw its frame."""

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Return the console's name, and the name and profile of whoever reads ("" before signing in)."""
    person = getattr(request, "user", None)
    signed_in = bool(person and person.is_authenticated)
    return {
        "console_name": settings.CONSOLE_NAME,
        "signed_in": signed_in,
        "person_name": str(person) if signed_in else "",
        "profile_label": person.get_profile_display() if person and signed_in else "",
    }
