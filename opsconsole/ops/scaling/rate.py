"""The rate by which Heroku's dollars are told in euros too: set by an administrator, never fetched."""

from datetime import datetime
from decimal import Decimal

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.journal.change import Intent, noted
from opsconsole.ops.journal.models import Action
from opsconsole.ops.scaling.models import PriceSettings


def price_settings() -> PriceSettings:
    """Return the one row, or one as it is before anybody has set anything."""
    return PriceSettings.objects.filter(id=1).first() or PriceSettings()


def euros_per_dollar() -> Decimal | None:
    return price_settings().euros_per_dollar


def set_rate(*, actor: Actor, rate: Decimal | None, now: datetime) -> None:
    """Set the rate, None to tell prices in dollars only. Raises RefusedError, NothingToDoError."""
    before = euros_per_dollar()
    intent = Intent(
        action=Action.PRICES,
        before={"euros_per_dollar": _in_json(before)},
        after={"euros_per_dollar": _in_json(rate)},
    )
    with noted(actor, Right.APPS, intent=intent, now=now):
        if rate == before:
            raise NothingToDoError
        PriceSettings.objects.update_or_create(
            id=1, defaults={"euros_per_dollar": rate, "changed_at": now, "changed_by": actor.name}
        )


def _in_json(rate: Decimal | None) -> str | None:
    return None if rate is None else f"{rate.normalize():f}"
