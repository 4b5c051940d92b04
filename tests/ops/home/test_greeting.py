"""The first words of the home page: the most urgent fact that is true, and « tout va bien » only where it is."""

from uuid import UUID

import pytest

from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.readings import Failure, FailureKind, Known
from opsconsole.ops.fleet.state import Name, State
from opsconsole.ops.home.greeting import greet, urgency
from opsconsole.ops.home.overview import Overview
from opsconsole.ops.scaling.presence import Presence
from tests.ops.fleet.readings import APP, NOW, failure


def overview(
    name: Name, *, failed: FailureKind | None = None, position: int = 100, title: str = "a"
) -> Overview:
    app = App(heroku_id=UUID(APP), name=title, position=position)
    state = State(name=name, failure=failure(failed) if failed else None)
    return Overview(app, Known(), Presence(), state, NOW)


def said(*names: Name, outage: Failure | None = None, failed: FailureKind | None = None) -> tuple[str, str]:
    words = greet([overview(name, failed=failed) for name in names], name="Claire Morel", outage=outage)
    assert words["hello"] == "Bonjour Claire,"
    return words["fact"].replace("\xa0", " "), words["lead"].replace("\xa0", " ")


@pytest.mark.parametrize(
    ("names", "fact", "lead"),
    [
        ([], "aucun site n’est encore suivi.", ""),
        (["awake"], "tout va bien.", ""),
        (["awake", "dozing", "empty"], "tout va bien.", "Deux sites vont bien."),
        (["empty", "empty"], "rien n’est encore déployé.", ""),
        (["down"], "un site est en panne.", ""),
        (["down", "partial", "awake"], "deux sites sont en panne.", "Un site va bien."),
        (
            ["down", "asleep", "asleep", "awake", "awake"],
            "un site est en panne.",
            "Deux autres dorment ; deux sites vont bien.",
        ),
        (["down", "asleep"], "un site est en panne.", "Un autre dort."),
        (["denied", "awake"], "nous sommes sans nouvelles d’un site.", "Un site va bien."),
        (["denied", "denied"], "nous sommes sans nouvelles de deux sites.", ""),
        (["unreachable", "awake"], "nous demandons à Heroku…", "Un site va bien."),
        (["unreachable", "down"], "un site est en panne.", ""),
        (["quota", "awake"], "un site n’a plus d’heures Eco.", "Un site va bien."),
        (["quota"] * 3, "trois sites n’ont plus d’heures Eco.", ""),
        (["waking", "asleep"], "un changement est en cours.", ""),
        (["falling"], "un changement est en cours.", ""),
        (["asleep", "awake"], "un site est en veille.", "Un site va bien."),
        (["asleep"] * 10, "10 sites sont en veille.", ""),
        (["maintenance", "awake"], "un site est en maintenance.", "Un site va bien."),
        (["maintenance"] * 2, "deux sites sont en maintenance.", ""),
    ],
)
def test_the_most_urgent_fact_comes_first(names: list[Name], fact: str, lead: str) -> None:
    assert said(*names) == (fact, lead)


def test_a_site_that_alone_cannot_be_read_is_without_news() -> None:
    assert said("unreachable", failed="unreachable") == ("nous sommes sans nouvelles d’un site.", "")


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        ("no_token", "la console n’a pas encore de jeton."),
        ("denied", "Heroku refuse notre jeton."),
        ("rate_limited", "Heroku nous fait patienter."),
        ("unreachable", "Heroku ne répond pas."),
    ],
)
@pytest.mark.parametrize("names", [[], ["unreachable", "down"]], ids=["first visit", "later"])
def test_a_heroku_that_cannot_be_asked_comes_before_any_site(
    kind: FailureKind, fact: str, names: list[Name]
) -> None:
    assert said(*names, outage=failure(kind), failed=kind)[0] == fact


def test_a_silence_that_no_site_suffers_from_yet_is_no_news() -> None:
    assert said("awake", outage=failure("unreachable"))[0] == "tout va bien."


def test_what_needs_somebody_comes_first_then_the_technician_s_order() -> None:
    shown = [
        overview("awake", title="b"),
        overview("awake", title="a"),
        overview("awake", title="z", position=1),
        overview("asleep"),
        overview("quota"),
        overview("partial"),
        overview("down"),
    ]
    order = [(each.state.name, each.app.title) for each in sorted(shown, key=urgency)]
    assert order == [
        *(("down", "a"), ("partial", "a"), ("quota", "a"), ("asleep", "a")),
        *(("awake", "z"), ("awake", "a"), ("awake", "b")),
    ]
