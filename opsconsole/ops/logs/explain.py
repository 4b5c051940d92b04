"""Every error that the console can explain, by the key that `level.code_in` finds in a line."""

from collections.abc import Mapping

from opsconsole.ops.logs.codes_apps import APPS
from opsconsole.ops.logs.codes_dynos import DYNOS
from opsconsole.ops.logs.codes_logs import LOGS
from opsconsole.ops.logs.codes_routing import ROUTING
from opsconsole.ops.logs.explanations import Explanation

FAMILIES: Mapping[str, Mapping[str, Explanation]] = {
    "routing": ROUTING,
    "dynos": DYNOS,
    "apps": APPS,
    "logs": LOGS,
}
ALL: Mapping[str, Explanation] = {key: each for family in FAMILIES.values() for key, each in family.items()}
_OTHER_EXIT = "exit:other"


def explanation(key: str) -> Explanation | None:
    """Return what is said of an error, None for what the console does not know."""
    found = ALL.get(key)
    return ALL[_OTHER_EXIT] if found is None and key.startswith("exit:") else found


def term(key: str) -> str:
    """Return Heroku's own word for it: « H12 », « exit 137 », « OperationalError »."""
    family, colon, name = key.partition(":")
    if family == "exit":
        return f"exit {name}" if name != "other" else "exit"
    return name if colon else key
