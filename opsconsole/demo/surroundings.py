"""The environment of each child process, built from listed variables only.

Whatever else was exported, a HEROKU_API_KEY or a DATABASE_URL first of all, reaches none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .place import Place
    from .servers import Described

KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
CONSOLE_NAME = "École des Quatre-Vents"


def keep_listed(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: environ[name] for name in KEPT if name in environ} | {"PYTHONUTF8": "1"}


def surround_console(
    environ: Mapping[str, str], *, place: Place, port: int, told: Described
) -> dict[str, str]:
    return {
        **keep_listed(environ),
        **place.keys(),
        "OPSCONSOLE_MODE": "demo",
        "OPSCONSOLE_BIND": f"127.0.0.1:{port}",
        "DATABASE_URL": place.database_url,
        "HEROKU_API_KEY": told.token,
        "PLATFORM_API_URL": told.base_url,
        "RENDEZVOUS_CA_FILE": told.ca_file,
        "RENDEZVOUS_ADDRESS": told.rendezvous,
        "CONSOLE_NAME": CONSOLE_NAME,
    }
