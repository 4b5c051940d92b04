"""Who may look at a console, and who may type in it: asked when a page, a stream or a socket opens, and again all along."""

import re
from typing import Final
from uuid import UUID

from django.db import close_old_connections

from opsconsole.live.socket import SocketGrant, SocketRequest
from opsconsole.live.stream import Refusal
from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import Right, may, session_reference
from opsconsole.ops.access.streams import identify
from opsconsole.ops.console import tickets
from opsconsole.ops.console.topics import keys_of, screen_of
from opsconsole.ops.oneoffs.models import Run, Sort

_PATH: Final = re.compile(r"/ws/console/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")


def may_look(person: User, run: Run) -> bool:
    """Tell whether somebody may look: they could have opened it themselves."""
    return may(person, Right.CONSOLE, str(run.app_id))


def may_type(person: User, run: Run) -> bool:
    """Tell whether somebody may type: whoever opened it, from whichever computer, and nobody else."""
    return may_look(person, run) and run.actor_id == str(person.pk)


def may_watch(person: User, run_id: str) -> bool:
    """Tell whether somebody may follow the screen of this console."""
    run = Run.objects.filter(id=run_id, sort=Sort.CONSOLE).first()
    return run is not None and may_look(person, run)


def authorise(request: SocketRequest) -> SocketGrant | Refusal:
    """Grant a socket to a console; blocks on the database, leaves no connection behind."""
    try:
        return _authorise(request)
    finally:
        close_old_connections()


def _authorise(request: SocketRequest) -> SocketGrant | Refusal:
    reader = identify(request.headers, needs_origin=True)
    if isinstance(reader, Refusal):
        return reader
    found = _PATH.fullmatch(request.path)
    run = Run.objects.filter(id=UUID(found[1]), sort=Sort.CONSOLE).first() if found else None
    person = reader.person
    if run is None or not may_look(person, run):
        return Refusal(404, "Unknown console.")
    session_ref = session_reference(reader.session.session_key)
    ticket = request.query.get("ticket", "")
    if request.is_first and not tickets.take(
        ticket, run_id=run.pk, person_id=str(person.pk), session_ref=session_ref
    ):
        return Refusal(403, "This ticket was used.")
    return SocketGrant(
        person=str(person.pk),
        name=person.name or person.username,
        out=screen_of(run.pk),
        into=keys_of(run.pk),
        types=may_type(person, run),
    )
