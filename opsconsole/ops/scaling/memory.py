"""When what a sleep remembers is confirmed or forgotten."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.ops.scaling.plan import Scaled


def confirm_sleep(app_id: UUID, *, now: datetime) -> None:
    """Heroku has no dyno of this app any more."""
    Sleep.objects.filter(app_id=app_id).update(confirmed_at=now)


def forget_sleep(app_id: UUID, *, entry_id: UUID) -> None:
    """A sleep did not happen: forget what it alone remembered."""
    RememberedType.objects.filter(app_id=app_id, entry_id=entry_id).delete()
    if not RememberedType.objects.filter(app_id=app_id).exists():
        Sleep.objects.filter(app_id=app_id).delete()


def forget_types(app_id: UUID) -> None:
    """A wake gave back all that was remembered, though not every dyno came up: the page is still ours to lift."""
    RememberedType.objects.filter(app_id=app_id).delete()


def forget_sleep_entirely(app_id: UUID) -> None:
    """A wake has undone the sleep."""
    forget_types(app_id)
    Sleep.objects.filter(app_id=app_id).delete()


def scaled_by_hand(app_id: UUID, target: Iterable[Scaled]) -> None:
    """Somebody has said how large some types shall be: a wake must not give them back what they had before the sleep.

    A type that stays at zero, of another size, is still to be woken: it keeps its number and gets the new size.
    """
    for entry in target:
        remembered = RememberedType.objects.filter(app_id=app_id, process_type=entry.type)
        if entry.quantity:
            remembered.delete()
        else:
            remembered.update(size=entry.size)
    if not RememberedType.objects.filter(app_id=app_id).exists():
        # The maintenance page that our sleep put on is still ours to lift.
        Sleep.objects.filter(app_id=app_id, with_page=False).delete()


def forget_page(app_id: UUID) -> None:
    """The maintenance page is off: it is no longer ours to lift."""
    Sleep.objects.filter(app_id=app_id).update(with_page=False)
