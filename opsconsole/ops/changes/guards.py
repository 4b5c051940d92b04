"""What the console refuses to put to sleep or scale, whoever asks: the app it runs in, and protected ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from opsconsole.ops.fleet.models import App


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """How the console knows the app that it runs in itself."""

    name: str
    app_id: str
    on_heroku: bool
    hosts: frozenset[str]

    @property
    def is_known(self) -> bool:
        return bool(self.name or self.app_id)


def own_identity(*, host: str) -> Own:
    """Return our identity; `host` is the name under which this page was asked for, "" for none."""
    environment = settings.ENVIRONMENT
    exact = {_plain(name) for name in settings.ALLOWED_HOSTS if not name.startswith((".", "*"))}
    return Own(
        name=environment.console_app_name.strip().lower(),
        app_id=environment.console_app_id,
        on_heroku=environment.on_heroku,
        hosts=frozenset(exact | ({_plain(host)} if host else set())) - {"127.0.0.1", "localhost"},
    )


def _plain(host: str) -> str:
    """Return a host's name as a URL's `hostname` tells it: a visitor may write it in capitals, or with a final dot."""
    return host.partition(":")[0].rstrip(".").lower()


def protected_among(app: App, types: Iterable[str]) -> list[str]:
    """Return those of some process types that the technician has sheltered, in the order of lists."""
    wanted = set(types)
    return [row.name for row in app.process_types.all() if row.protected and row.name in wanted]


def refusal(app: App, *, web_url: str | None, own: Own) -> str:
    """Return why this app must not be touched, as a reason's name, or "" when it may."""
    return own_app(app, web_url=web_url, own=own) or ("protected" if app.protected else "")


def own_app(app: App, *, web_url: str | None, own: Own) -> str:
    """Return why this app is, or may be, the one that the console runs in, as a reason's name; "" when it is not."""
    if own.on_heroku and not own.is_known:
        return "own_app_unknown"
    if app.name == own.name or str(app.heroku_id) == own.app_id:
        return "own_app"
    if web_url and urlsplit(web_url).hostname in own.hosts:
        return "own_app"
    return ""
