"""What the head of every page links to, beyond the sites and the journal."""

from django.http import HttpRequest

from opsconsole.ops.access.rights import Right, may
from opsconsole.ops.fleet.current import fleet


def navigation(request: HttpRequest) -> dict[str, object]:
    """Return whether this person has settings to open, and whether the account has Eco hours to look at."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {}
    quota, _read_at = fleet().known_quota
    return {"has_settings": may(person, Right.PROTECT), "has_quota": quota is not None}
