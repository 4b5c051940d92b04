"""Which path and method is answered by which resource, and the scope a token needs for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from . import (
    accounts,
    addons,
    apps,
    authorizations,
    drains,
    dynos,
    formation,
    log_sessions,
    releases,
    sizes,
    webhooks,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .answer import Answer
    from .call import Call

    Handler = Callable[[Call], Answer]

SCOPES = {
    "global": {"identity", "read", "write", "read-protected", "write-protected"},
    "identity": {"identity"},
    "read": {"read"},
    "write": {"read", "write"},
    "read-protected": {"read", "read-protected"},
    "write-protected": {"read", "write", "read-protected", "write-protected"},
}
"""What each scope of an authorization opens (Dev Center: oauth)."""


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    needs: str
    free: bool = False
    """Costs nothing of the rate limit."""


def _route(line: str, handler: Handler, *, needs: str = "", free: bool = False) -> Route:
    method, template = line.split(" ")
    pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template))
    return Route(method, pattern, handler, needs or ("read" if method == "GET" else "write"), free)


ROUTES: tuple[Route, ...] = (
    _route("GET /account", accounts.show_account, needs="identity"),
    _route("GET /account/rate-limits", accounts.show_rate_limits, needs="identity", free=True),
    _route("GET /users/{account}", accounts.show_account, needs="identity"),
    _route("PUT /users/~/capabilities", accounts.show_capabilities, needs="read"),
    _route("GET /accounts/{account}/actions/get-quota", accounts.show_quota, needs="identity"),
    _route("GET /oauth/authorizations/{authorization}", authorizations.show_authorization, needs="identity"),
    _route("GET /apps", apps.list_apps),
    _route("GET /users/~/apps", apps.list_apps),
    _route("GET /apps/{app}", apps.show_app),
    _route("PATCH /apps/{app}", apps.update_app),
    _route("GET /apps/{app}/dynos", dynos.list_dynos),
    _route("POST /apps/{app}/dynos", dynos.create_dyno),
    _route("DELETE /apps/{app}/dynos", dynos.restart_dynos),
    _route("GET /apps/{app}/dynos/{dyno}", dynos.show_dyno),
    _route("DELETE /apps/{app}/dynos/{dyno}", dynos.restart_one_dyno),
    _route("POST /apps/{app}/dynos/{dyno}/actions/stop", dynos.restart_one_dyno),
    _route("DELETE /apps/{app}/formations/{type}", dynos.restart_process_type),
    _route("POST /apps/{app}/formations/{type}/actions/stop", dynos.stop_process_type),
    _route("GET /apps/{app}/formation", formation.list_formation),
    _route("PATCH /apps/{app}/formation", formation.update_formation),
    _route("GET /apps/{app}/formation/{type}", formation.show_process_type),
    _route("PATCH /apps/{app}/formation/{type}", formation.update_process_type),
    _route("GET /dyno-sizes", sizes.list_sizes),
    _route("GET /dyno-sizes/{size}", sizes.show_size),
    _route("GET /apps/{app}/available-dyno-sizes", sizes.list_sizes_for_app),
    _route("GET /apps/{app}/releases", releases.list_releases),
    _route("POST /apps/{app}/releases", releases.roll_back),
    _route("GET /apps/{app}/releases/{release}", releases.show_release),
    _route("GET /apps/{app}/config-vars", releases.list_config_vars, needs="read-protected"),
    _route("PATCH /apps/{app}/config-vars", releases.update_config_vars, needs="write-protected"),
    _route("GET /addons", addons.list_all_addons),
    _route("GET /apps/{app}/addons", addons.list_addons),
    _route("GET /apps/{app}/addons/{addon}", addons.show_addon),
    _route("GET /apps/{app}/collaborators", addons.list_collaborators),
    _route("GET /apps/{app}/pipeline-couplings", addons.show_pipeline_coupling),
    _route("POST /apps/{app}/log-sessions", log_sessions.create_log_session, needs="read"),
    _route("GET /apps/{app}/log-drains", drains.list_drains),
    _route("POST /apps/{app}/log-drains", drains.create_drain),
    _route("GET /apps/{app}/log-drains/{drain}", drains.show_drain),
    _route("DELETE /apps/{app}/log-drains/{drain}", drains.delete_drain),
    _route("GET /apps/{app}/webhooks", webhooks.list_webhooks),
    _route("POST /apps/{app}/webhooks", webhooks.create_webhook),
    _route("GET /apps/{app}/webhooks/{webhook}", webhooks.show_webhook),
    _route("PATCH /apps/{app}/webhooks/{webhook}", webhooks.update_webhook),
    _route("DELETE /apps/{app}/webhooks/{webhook}", webhooks.delete_webhook),
)


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route and what its braces caught, decoded; HEAD is answered as GET."""
    wanted = "GET" if method == "HEAD" else method
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match is not None and route.method == wanted:
            return route, {name: unquote(value) for name, value in match.groupdict().items()}
    return None
