"""Comings and goings in the journal; a failed attempt is one line of the log, so that a stranger cannot flood the journal."""

import logging
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from opsconsole.ops.access.adapter import ConsoleAccountAdapter
from opsconsole.ops.access.address import address_of
from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import actor_of
from opsconsole.ops.journal.change import Intent, begin, conclude
from opsconsole.ops.journal.models import Action, Kind

logger = logging.getLogger(__name__)


class JournalingAccountAdapter(ConsoleAccountAdapter):
    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        if not request.session.session_key:
            request.session.save()  # so that the entry can tell this session from another
        _note(request, Action.SIGN_IN)

    def logout(self, request: HttpRequest) -> None:
        _note(request, Action.SIGN_OUT)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Name an account that exists, by its number: what strangers type may be a password in the wrong field."""
        username = User.normalize_username(str(credentials.get("username", "")))
        person = User.objects.filter(username=username).values_list("pk", flat=True).first()
        who = f"person {person}" if person else "nobody known here"
        logger.warning("Password refused for %s from %s", who, address_of(request) or "a local address")


def _note(request: HttpRequest, action: Action) -> None:
    now = timezone.now()
    with transaction.atomic():
        entry = begin(actor_of(request), intent=Intent(action=action), now=now)
        conclude(entry.id, kind=Kind.DONE, now=now)
