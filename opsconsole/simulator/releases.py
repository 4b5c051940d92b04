"""Releases, rollback and config vars, each change of which is a release (Platform API: release,
config-var).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answer import Answer, invalid, not_found
from .call import identify_app
from .clock import format_time
from .lifecycle import restart_dyno
from .world import Release

if TYPE_CHECKING:
    from .call import Call
    from .world import App


def describe_release(app: App, release: Release) -> dict[str, object]:
    created = format_time(release.created_at)
    fir = app.generation == "fir"
    kind = "oci-image" if fir else "slug"
    return {
        "addon_plan_names": release.addon_plan_names,
        "app": identify_app(app),
        "artifacts": [{"type": kind, "id": release.slug_id}] if release.slug_id else [],
        "created_at": created,
        "current": release is app.current_release,
        "description": release.description,
        "eligible_for_rollback": release.slug_id is not None and release.status == "succeeded",
        "id": release.id,
        "oci_image": {"id": release.slug_id} if fir and release.slug_id else None,
        "output_stream_url": None,
        "slug": {"id": release.slug_id} if not fir and release.slug_id else None,
        "status": release.status,
        "updated_at": created,
        "user": {"email": release.user_email, "id": release.user_id},
        "version": release.version,
    }


def list_releases(call: Call) -> Answer:
    app = call.app
    bodies = [describe_release(app, release) for release in app.releases]
    return Answer(body=bodies, sortable=("id", "version"))


def show_release(call: Call) -> Answer:
    app = call.app
    return Answer(body=describe_release(app, _find_release(app, call.path["release"])))


def roll_back(call: Call) -> Answer:
    app = call.app
    earlier = _find_release(app, call.read_string("release"))
    if earlier.slug_id is None:
        raise invalid("Cannot roll back to a release without a slug.")
    release = add_release(call, app, description=f"Rollback to v{earlier.version}", slug_id=earlier.slug_id)
    return Answer(201, describe_release(app, release))


def add_release(call: Call, app: App, *, description: str, slug_id: str | None) -> Release:
    """A new release, with which every dyno of the formation starts again."""
    release = Release(
        version=app.current_release.version + 1,
        description=description,
        created_at=call.now,
        user_id=call.account.id,
        user_email=call.account.email,
        slug_id=slug_id,
        addon_plan_names=[addon.plan for addon in app.addons],
    )
    app.releases.append(release)
    app.released_at = app.updated_at = call.now
    for dyno in list(app.dynos):
        restart_dyno(app, dyno, now=call.now, speed=call.settings.speed)
    return release


def list_config_vars(call: Call) -> Answer:
    return Answer(body=call.app.config_vars)


def update_config_vars(call: Call) -> Answer:
    """Null deletes; a new release and a restart follow unless nothing changes."""
    app = call.app
    if not all(value is None or isinstance(value, str) for value in call.body.values()):
        raise invalid("Config vars must be strings or null.")
    kept = {key: value for key, value in app.config_vars.items() if key not in call.body}
    config_vars = kept | {key: value for key, value in call.body.items() if isinstance(value, str)}
    if config_vars != app.config_vars:
        app.config_vars = config_vars
        names = ", ".join(sorted(call.body))
        add_release(call, app, description=f"Set {names} config vars", slug_id=app.current_release.slug_id)
    return Answer(body=app.config_vars)


def _find_release(app: App, identity: str) -> Release:
    for release in app.releases:
        if identity in (release.id, str(release.version), f"v{release.version}"):
            return release
    raise not_found("release")
