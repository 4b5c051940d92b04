"""The state of the simulated platform: plain dataclasses of JSON values, so that a snapshot of them is a
JSON file.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from uuid import uuid4


def new_id() -> str:
    return str(uuid4())


@dataclass
class Step:
    """From `at` on (seconds since 1970) the dyno is in `state`; the state "gone" ends it."""

    at: float
    state: str


@dataclass
class Dyno:
    """`exit_status` and `output` are what a one-off ends with and prints; those of a real process are known at its end."""

    name: str
    type: str
    command: str
    size: str
    created_at: float
    timeline: list[Step]
    release_id: str
    release_version: int
    one_off: bool = False
    attach_url: str | None = None
    billed_until: float = 0.0
    exit_status: int = 0
    output: list[str] = field(default_factory=list)
    id: str = field(default_factory=new_id)


@dataclass
class ProcessType:
    """One entry of a formation; `broken` makes every dyno of it crash at its start."""

    type: str
    command: str
    quantity: int
    size: str
    created_at: float
    updated_at: float
    broken: bool = False
    started: int = 0
    id: str = field(default_factory=new_id)


@dataclass
class Release:
    version: int
    description: str
    created_at: float
    user_id: str
    user_email: str
    slug_id: str | None
    addon_plan_names: list[str] = field(default_factory=list)
    status: str = "succeeded"
    id: str = field(default_factory=new_id)


@dataclass
class AddOn:
    name: str
    service: str
    plan: str
    cents: int
    config_vars: list[str]
    created_at: float
    id: str = field(default_factory=new_id)
    provider_id: str = field(default_factory=new_id)


@dataclass
class Drain:
    url: str
    created_at: float
    addon: str | None = None
    token: str = field(default_factory=lambda: f"d.{new_id()}")
    id: str = field(default_factory=new_id)


@dataclass
class Webhook:
    include: list[str]
    level: str
    url: str
    secret: str
    authorization: str | None
    created_at: float
    updated_at: float
    id: str = field(default_factory=new_id)


@dataclass
class Collaborator:
    account_id: str
    email: str
    role: str
    created_at: float
    id: str = field(default_factory=new_id)


@dataclass
class App:
    """An app; `forbidden` is "" or what its token may not do there: "write", or "all"."""

    name: str
    owner_id: str
    owner_email: str
    created_at: float
    updated_at: float
    released_at: float | None = None
    stack: str = "heroku-24"
    generation: str = "cedar"
    region: str = "eu"
    team: str | None = None
    space: str | None = None
    maintenance: bool = False
    description: str | None = None
    slug_size: int | None = None
    forbidden: str = ""
    process_types: list[ProcessType] = field(default_factory=list)
    dynos: list[Dyno] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    addons: list[AddOn] = field(default_factory=list)
    config_vars: dict[str, str] = field(default_factory=dict)
    collaborators: list[Collaborator] = field(default_factory=list)
    drains: list[Drain] = field(default_factory=list)
    webhooks: list[Webhook] = field(default_factory=list)
    id: str = field(default_factory=new_id)

    def find_process_type(self, identity: str) -> ProcessType | None:
        return next((entry for entry in self.process_types if identity in (entry.id, entry.type)), None)

    def find_dyno(self, identity: str) -> Dyno | None:
        return next((dyno for dyno in self.dynos if identity in (dyno.id, dyno.name)), None)

    @property
    def current_release(self) -> Release:
        return max(self.releases, key=lambda release: release.version)


@dataclass
class Quota:
    """Eco hours in seconds; `shape` says how the endpoint answers: "hours", "missing" (404), "not_found"
    (200).
    """

    total: float
    used: float
    month: str
    apps: dict[str, float] = field(default_factory=dict)
    shape: str = "hours"


@dataclass
class Account:
    email: str
    name: str
    created_at: float
    quota: Quota | None = None
    suspended: bool = False
    delinquent: bool = False
    id: str = field(default_factory=new_id)


@dataclass
class Token:
    value: str
    account_id: str
    scope: str = "global"


@dataclass
class World:
    """Everything that lasts. The first account is the one whose token the newcomer gets."""

    accounts: list[Account]
    apps: list[App]
    tokens: list[Token] = field(default_factory=list)
    control_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def main_token(self) -> Token:
        """The newcomer's token: the first one that opens everything for the first account; KeyError when
        revoked.
        """
        for token in self.tokens:
            if token.account_id == self.accounts[0].id and token.scope == "global":
                return token
        raise KeyError("the main token was revoked")

    def issue_token(self, account: Account, *, scope: str = "global") -> Token:
        token = Token(value=f"HRKU-{secrets.token_urlsafe(36)}", account_id=account.id, scope=scope)
        self.tokens.append(token)
        return token

    def find_account(self, identity: str) -> Account | None:
        return next((each for each in self.accounts if identity in (each.id, each.email)), None)

    def find_app(self, identity: str) -> App | None:
        return next((app for app in self.apps if identity in (app.id, app.name)), None)

    def find_token(self, value: str) -> Token | None:
        return next((token for token in self.tokens if token.value == value), None)
