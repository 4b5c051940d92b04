"""The token by which the console speaks to Heroku: checked, kept, replaced, deleted; never shown again."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, close_old_connections

from opsconsole import heroku
from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import StoredToken
from opsconsole.ops.fleet.readings import kind_of
from opsconsole.ops.fleet.vault import UnreadableError, Vault
from opsconsole.ops.journal.change import Intent, noted, require
from opsconsole.ops.journal.models import Action

logger = logging.getLogger(__name__)

CHECK_TOTAL = 6.0  # seconds for each question put to Heroku about a token

AGAIN = 5.0  # seconds before a database that did not answer is asked again
CHANGED_KEY = "token-changed"
"""In the cache that the console's processes share: which of them changed the token, and when it did."""

Source = Literal["stored", "environment", "none", "unreadable", "unknown"]


class TokenRefusedError(Exception):
    """The token was not kept; `reason` says why: a kind of failure, or « malformed », « no_identity », « no_read »."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What Heroku said of a token; `scopes` is empty where it did not tell them."""

    account: heroku.Account
    apps: int
    scopes: tuple[str, ...]


def vault() -> Vault:
    return Vault(settings.ENVIRONMENT.encryption_keys)


def make_client(token: str) -> heroku.Client:
    """Raise TokenRefusedError for what cannot be a token."""
    try:
        return heroku.Client(token, base_url=settings.PLATFORM_API_URL)
    except ValueError as error:
        raise TokenRefusedError("malformed") from error


def check(client: heroku.Client) -> Checked:
    """Ask Heroku whose token it is, what it sees and what it may do; raises TokenRefusedError."""
    try:
        account = client.account.get(total=CHECK_TOTAL)
    except heroku.HerokuError as error:
        raise TokenRefusedError(_why(error, missing="no_identity")) from error
    try:
        apps = client.apps.list(total=CHECK_TOTAL)
    except heroku.HerokuError as error:
        raise TokenRefusedError(_why(error, missing="no_read")) from error
    try:
        scopes = client.authorizations.current(total=CHECK_TOTAL).scopes
    except heroku.HerokuError:
        scopes = ()
    return Checked(account=account, apps=len(apps), scopes=scopes)


def _why(error: heroku.HerokuError, *, missing: str) -> str:
    kind = kind_of(error)
    return missing if kind == "forbidden" else kind


def store(fleet: Fleet, *, actor: Actor, token: str, now: datetime) -> Checked:
    """Check a token, keep it encrypted and use it from now on. Raises RefusedError, TokenRefusedError."""
    require(actor, Right.TOKEN, intent=Intent(action=Action.STORE_TOKEN), now=now)
    client = make_client(token)
    fleet.budget.spend(3)
    checked = check(client)
    before = StoredToken.objects.first()
    intent = Intent(
        action=Action.STORE_TOKEN,
        before={"account": before.account_email} if before else {},
        after={"account": checked.account.email},
    )
    with noted(actor, Right.TOKEN, intent=intent, now=now):
        StoredToken.objects.update_or_create(
            id=1,
            defaults={
                "secret": vault().seal(token),
                "account_id": checked.account.id,
                "account_email": checked.account.email,
                "scopes": list(checked.scopes),
                "stored_at": now,
                "stored_by": actor.name,
            },
        )
    fleet.use(client, account=checked.account)
    _tell_other_processes(fleet)
    return checked


def delete(fleet: Fleet, *, actor: Actor, now: datetime) -> None:
    """Forget the stored token; the one of the environment, where there is one, is used again. Raises RefusedError."""
    kept = StoredToken.objects.first()
    intent = Intent(action=Action.DELETE_TOKEN, before={"account": kept.account_email} if kept else {})
    with noted(actor, Right.TOKEN, intent=intent, now=now):
        StoredToken.objects.all().delete()
    use_what_is_kept(fleet)
    _tell_other_processes(fleet)


def _tell_other_processes(fleet: Fleet) -> None:
    try:
        cache.set(CHANGED_KEY, f"{fleet.mark}-{uuid4().hex}", timeout=None)
    except Exception:  # noqa: BLE001 -- whatever the cache's client raises: the token is changed already
        logger.warning("The console's other processes could not be told that the token changed")


def use_what_is_kept(fleet: Fleet) -> Source:
    """Speak to Heroku with the stored token, else with the environment's; tell which of them it is.

    « unknown »: the database does not answer, and nothing was changed.
    """
    try:
        kept = StoredToken.objects.first()
    except DatabaseError:
        return "unknown"
    if kept is None:
        token = settings.HEROKU_API_KEY
        fleet.use(make_client(token) if token else None)
        return "environment" if token else "none"
    try:
        fleet.use(make_client(vault().open(kept.secret)))
    except (UnreadableError, TokenRefusedError):
        fleet.use(None, unreadable=True)
        return "unreadable"
    return "stored"


def find_what_is_kept(fleet: Fleet, *, pause: float = AGAIN) -> None:
    """`use_what_is_kept` once the database answers; given up when the console stops."""
    while use_what_is_kept(fleet) == "unknown":
        close_old_connections()
        if fleet.stopping.wait(pause):
            return


def seal_again() -> bool:
    """Encrypt the stored token under the first key; False when there is none. Raises UnreadableError."""
    kept = StoredToken.objects.first()
    if kept is None:
        return False
    StoredToken.objects.filter(id=1, secret=kept.secret).update(secret=vault().seal_again(kept.secret))
    return True
