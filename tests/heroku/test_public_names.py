"""What other rooms may import."""

from __future__ import annotations

import opsconsole.heroku
from opsconsole.heroku import errors


def test_the_room_exports_these_names_and_no_others() -> None:
    values = {
        "Account", "AddOn", "Answer", "App", "Authorization", "Client", "Dyno", "DynoSize", "EcoQuota", "Formation",
        "FormationUpdate", "Limits", "Measured", "MeasuredCall", "Release",
        "Beat", "Gap", "HistoryEnd", "Lines", "LogEvent", "LogHistory", "LogHosts", "LogLine", "LogSession", "LogTail",
        "Rendezvous", "RendezvousCutError", "RendezvousError", "RendezvousHosts", "RendezvousPlace", "open_rendezvous",
        "try_rendezvous", "Silence", "Trouble", "parse_line", "read_history",
    }  # fmt: skip
    failures = {name for name in vars(errors) if name.endswith("Error")}
    assert set(opsconsole.heroku.__all__) == values | failures | {"AddressRefusedError"}
    assert all(hasattr(opsconsole.heroku, name) for name in opsconsole.heroku.__all__)


def test_every_failure_is_a_heroku_error() -> None:
    failures = [getattr(errors, name) for name in vars(errors) if name.endswith("Error")]
    assert all(issubclass(failure, errors.HerokuError) for failure in failures)


def test_every_failure_is_drawn_in_the_tree() -> None:
    assert errors.__doc__ is not None
    drawn = set(errors.__doc__.replace("├──", " ").replace("└──", " ").split())
    assert {name for name in vars(errors) if name.endswith("Error")} <= drawn
