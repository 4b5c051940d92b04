"""Where the rooms are joined: the edge in front, Django behind its bridge, the event stream, the pumps of ops."""

import os
from contextlib import ExitStack
from functools import partial
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsconsole.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402

django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from opsconsole.edge.bridge import WSGIBridge  # noqa: E402
from opsconsole.edge.headers import security_headers  # noqa: E402
from opsconsole.edge.routes import Edge  # noqa: E402
from opsconsole.live import runtime  # noqa: E402
from opsconsole.live.socket import Sockets  # noqa: E402
from opsconsole.live.stream import EventStream  # noqa: E402
from opsconsole.ops.access.streams import authorise  # noqa: E402
from opsconsole.ops.changes import reconcile  # noqa: E402
from opsconsole.ops.console import holding, watching  # noqa: E402
from opsconsole.ops.console import topics as consoles  # noqa: E402
from opsconsole.ops.fleet.current import fleet  # noqa: E402
from opsconsole.ops.fleet.neighbours import exchange_until_the_end  # noqa: E402
from opsconsole.ops.fleet.pumps import watch_app, watch_fleet  # noqa: E402
from opsconsole.ops.fleet.token import find_what_is_kept, use_what_is_kept  # noqa: E402
from opsconsole.ops.home.followers import FOLLOWERS  # noqa: E402
from opsconsole.ops.logs import topics as logs  # noqa: E402
from opsconsole.ops.oneoffs import resume  # noqa: E402
from opsconsole.ops.oneoffs import topics as runs  # noqa: E402
from opsconsole.ops.oneoffs.models import Sort  # noqa: E402

runtime.share_through(settings.ENVIRONMENT.redis_url, verify_tls=settings.ENVIRONMENT.redis_verifies_tls)

STOP_SECONDS = 3.0
# About 25 KB each. One browser needs one, but a shared account on a wall of screens is somebody too.
MAX_STREAMS, MAX_STREAMS_OF_A_PERSON = 1000, 120

held = ExitStack()
RUN_FOLLOWERS = {**resume.COMMANDS, Sort.CONSOLE: holding.follow}


def start() -> None:
    """Register the pumps, and follow on at once whatever an earlier process left unfinished."""
    found = use_what_is_kept(fleet()) != "unknown"
    connection.close()
    hub = runtime.hub()
    hub.register("fleet", lambda _name: watch_fleet(fleet()))
    hub.register("app", lambda name: watch_app(fleet(), UUID(name.partition(":")[2])))
    logs.register(hub, fleet())
    runs.register(hub)
    consoles.register(hub)
    hub.register(reconcile.TOPIC, lambda _name: reconcile.watch_lapsed(fleet(), FOLLOWERS))
    held.enter_context(hub.hold(reconcile.TOPIC))
    hub.register(resume.TOPIC, lambda _name: resume.watch_lapsed_runs(fleet(), RUN_FOLLOWERS))
    held.enter_context(hub.hold(resume.TOPIC))
    fleet().follow(partial(check_token, found=found))
    if settings.ENVIRONMENT.redis_url:
        fleet().follow(partial(exchange_until_the_end, fleet()))


def check_token(*, found: bool) -> None:
    """Find the token and ask whose it is, behind the start: a database or a Heroku that is silent must not keep it."""
    try:
        if not found:
            find_what_is_kept(fleet())
        fleet().check_token()
    finally:
        connection.close()


def stop() -> None:
    """Let followers give their leases back, and end the pumps."""
    fleet().close()
    runtime.hub().shutdown(STOP_SECONDS)


security = security_headers(hsts_seconds=settings.SECURE_HSTS_SECONDS)
application = Edge(
    django=WSGIBridge(django_application, security=security),
    stream=EventStream(
        runtime.hub(),
        partial(authorise, shows={**logs.SHOWS, **runs.SHOWS}, gates={consoles.SCREEN: watching.may_watch}),
        is_stopping=runtime.is_stopping,
        max_streams=MAX_STREAMS,
        max_per_person=MAX_STREAMS_OF_A_PERSON,
        extra_headers=security,
    ),
    sockets=Sockets(runtime.hub(), watching.authorise, is_stopping=runtime.is_stopping),
    is_stopping=runtime.is_stopping,
    on_loop=runtime.use_loop,
    on_startup=start,
    on_shutdown=stop,
    security=security,
)
