"""What the screens say of a state, exactly, in French."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from opsconsole.ops.fleet.readings import FailureKind
from opsconsole.ops.fleet.state import Asleep, Name, State
from opsconsole.ops.fleet.words import badge, dyno_name, dyno_state, process_name, rank, sentence, visitors
from tests.ops.fleet.readings import change, failure

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 14, 40, tzinfo=UTC)  # a Monday, 15 h 40 in Paris
THIS_MORNING = datetime(2026, 11, 23, 7, 57, tzinfo=UTC)
CLAIRE = Asleep(since=THIS_MORNING, by="Claire Morel", with_page=False)
ERROR_PAGE = "Les visiteurs voient une page d’erreur."
HEROKU_PAGE = "Les visiteurs voient une page d’erreur de Heroku."
SITE_ANSWERS = "Le site répond aux visiteurs."
WAITING_PAGE = "Les visiteurs lisent une page d’attente."
NOT_OUR_DOING = (
    "Nous ne savons pas ce que voient les visiteurs. Rien n’a changé chez Heroku de notre fait. "
    "Prévenez la personne qui administre la console."
)


def plain(words: str) -> str:
    """The words with ordinary spaces, so that an expectation reads as a person sees it."""
    return words.replace("\xa0", " ").replace("\u202f", " ")


def said(state: State, *, now: datetime = NOW) -> str:
    return plain(sentence(state, now=now, zone=PARIS))


def seen(state: State) -> str:
    return plain(visitors(state, now=NOW, zone=PARIS))


def failed(kind: FailureKind, name: Name = "unreachable") -> State:
    return State(name=name, failure=failure(kind))


WAKE = change("wake", web=2)
SENTENCES = [
    (State(name="awake", site_answers=True), "Tout va bien."),
    (State(name="asleep", since=THIS_MORNING), "En veille depuis 8 h 57."),
    (State(name="asleep"), "En veille."),
    (State(name="waking", ready=2, wanted=3, change=WAKE), "Se réveille, 2 dynos sur 3."),
    (State(name="waking", ready=0, wanted=1, change=WAKE), "Se réveille."),
    (State(name="waking", ready=2, wanted=3), "Démarre, 2 dynos sur 3."),
    (State(name="waking", ready=0, wanted=1), "Démarre."),
    (State(name="falling", leaving=3), "S’endort, encore 3 dynos."),
    (State(name="falling", leaving=1), "S’endort, encore 1 dyno."),
    (State(name="falling"), "S’endort."),
    (State(name="dozing"), "Assoupi, se réveille à la première visite."),
    (State(name="down", since=THIS_MORNING), "En panne depuis 8 h 57."),
    (
        State(name="partial", broken_types=("web", "worker", "mailer")),
        "Partiellement en panne : le site, les tâches de fond, mailer.",
    ),
    (State(name="maintenance", page_is_on=True), "En maintenance."),
    (State(name="empty"), "Rien n’est encore déployé."),
    (State(name="quota"), "Quota Eco épuisé jusqu’au 1er du mois prochain."),
    (State(name="unreachable"), "Nous demandons à Heroku…"),
    (failed("unreachable"), "Heroku ne répond pas."),
    (failed("rate_limited"), "Heroku nous fait patienter."),
    (failed("denied", "denied"), "Accès refusé par Heroku : le jeton est à renouveler."),
    (failed("forbidden", "denied"), "Heroku ne nous laisse pas voir ce site."),
    (failed("gone", "denied"), "Heroku ne trouve plus ce site."),
    (failed("no_token", "denied"), "La console n’a pas encore de jeton."),
]


@pytest.mark.parametrize(("state", "words"), SENTENCES, ids=[words for _state, words in SENTENCES])
def test_each_state_has_its_sentence(state: State, words: str) -> None:
    assert said(state) == words


def test_every_state_is_among_these_sentences() -> None:
    assert {state.name for state, _words in SENTENCES} == set(get_args(Name))


@pytest.mark.parametrize(
    ("since", "now", "words"),
    [
        (datetime(2026, 11, 23, 22, 58, tzinfo=UTC), datetime(2026, 11, 23, 22, 59, tzinfo=UTC), "23 h 58"),
        (
            datetime(2026, 11, 23, 22, 58, tzinfo=UTC),
            datetime(2026, 11, 23, 23, 1, tzinfo=UTC),
            "hier, 23 h 58",
        ),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), datetime(2026, 11, 23, 23, 1, tzinfo=UTC), "0 h 00"),
        (datetime(2026, 11, 20, 17, 42, tzinfo=UTC), NOW, "vendredi, 18 h 42"),
        (datetime(2026, 11, 16, 8, 5, tzinfo=UTC), NOW, "le 16 novembre, 9 h 05"),
        (datetime(2025, 12, 1, 8, 5, tzinfo=UTC), NOW, "le 1er décembre 2025, 9 h 05"),
        # The night in which clocks go back: 2 h 30 comes twice, and the day before is still yesterday.
        (
            datetime(2026, 10, 24, 21, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            "hier, 23 h 30",
        ),
    ],
)
@pytest.mark.parametrize(("name", "before"), [("asleep", "En veille depuis "), ("down", "En panne depuis ")])
def test_a_since_is_dated_in_local_days(
    name: Name, before: str, since: datetime, now: datetime, words: str
) -> None:
    assert said(State(name=name, since=since), now=now) == f"{before}{words}."


VISITORS = [
    (
        State(name="awake", site_answers=True),
        "Le site est ouvert : vos visiteurs voient les pages normalement.",
    ),
    (State(name="awake"), "Ce site n’a pas de page à montrer : ses tâches de fond tournent."),
    (State(name="asleep"), HEROKU_PAGE),
    (State(name="asleep", asleep=CLAIRE), f"{HEROKU_PAGE} Mis en veille par Claire Morel."),
    (State(name="asleep", wanted=1), f"{HEROKU_PAGE} Les tâches de fond, elles, tournent encore."),
    (State(name="asleep", asleep=CLAIRE, page_is_on=True), f"{WAITING_PAGE} Mis en veille par Claire Morel."),
    (State(name="waking", site_answers=True), SITE_ANSWERS),
    (State(name="waking"), "Les visiteurs voient encore une page d’erreur."),
    (State(name="waking", page_is_on=True), WAITING_PAGE),
    (State(name="falling", site_answers=True), SITE_ANSWERS),
    (State(name="falling"), HEROKU_PAGE),
    (
        State(name="dozing", site_answers=True),
        "Le premier visiteur attend une dizaine de secondes, les suivants ne remarquent rien.",
    ),
    (State(name="down", since=THIS_MORNING), ERROR_PAGE),
    (State(name="partial", site_answers=True, broken_types=("worker",)), SITE_ANSWERS),
    (State(name="partial", broken_types=("worker",)), ERROR_PAGE),
    (State(name="maintenance", page_is_on=True), WAITING_PAGE),
    (
        State(name="maintenance", page_is_on=True, broken_types=("web",)),
        f"{WAITING_PAGE} Derrière elle, en panne : le site.",
    ),
    (
        State(name="empty"),
        "Les visiteurs voient la page d’accueil de Heroku. Votre développeur doit publier une première version.",
    ),
    (State(name="quota"), f"{ERROR_PAGE} Aucun bouton n’y peut rien avant cette date."),
    (State(name="unreachable"), "Nous ne savons pas encore ce que voient les visiteurs."),
    (failed("unreachable"), "Nous ne savons pas encore ce que voient les visiteurs."),
    (
        replace(failed("unreachable"), last=State(name="awake"), read_at=NOW - timedelta(minutes=3)),
        "À la dernière lecture : « Tout va bien. »",
    ),
    (failed("denied", "denied"), NOT_OUR_DOING),
    (replace(failed("gone", "denied"), page_is_on=True), NOT_OUR_DOING),
]


@pytest.mark.parametrize(
    ("state", "words"), VISITORS, ids=[f"{state.name}: {words}" for state, words in VISITORS]
)
def test_each_state_says_what_visitors_see(state: State, words: str) -> None:
    assert seen(state) == words


def test_every_state_is_among_what_visitors_see() -> None:
    assert {state.name for state, _words in VISITORS} == set(get_args(Name))


@pytest.mark.parametrize("state", [state for state, _words in SENTENCES], ids=lambda state: state.name)
def test_no_state_is_without_words(state: State) -> None:
    assert badge(state)
    assert said(state).endswith((".", "…"))
    assert seen(state).endswith((".", "»"))


def test_what_was_not_read_yet_is_not_called_silence() -> None:
    assert badge(State(name="unreachable")) == "Lecture en cours"
    assert badge(failed("unreachable")) == "Sans nouvelles"


@pytest.mark.parametrize(
    ("process_type", "words"),
    [
        ("web", "Le site"),
        ("worker", "Les tâches de fond"),
        ("clock", "L’horloge"),
        ("beat", "L’horloge"),
        ("run", "Copie temporaire"),
        ("scheduler", "Tâche planifiée"),
        ("release", "Mise en service"),
        ("urgent-mails", "urgent-mails"),
    ],
)
def test_a_process_type_has_the_name_by_which_people_know_it(process_type: str, words: str) -> None:
    assert process_name(process_type) == words


CHOSEN = {"mailer": "Les courriels", "web": "", "worker": "Les calculs"}


def test_a_name_that_the_technician_chose_comes_before_ours() -> None:
    assert process_name("mailer", CHOSEN) == "Les courriels"
    assert process_name("web", CHOSEN) == "Le site"
    assert dyno_name("worker.2", "worker", many=True, names=CHOSEN) == "Les calculs 2"


def test_process_types_stand_in_the_order_that_the_technician_chose_new_ones_last() -> None:
    def ordered(*types: str, names: dict[str, str]) -> list[str]:
        return sorted(types, key=lambda process_type: rank(process_type, names))

    assert ordered("urgent", "worker", "web", "mailer", names=CHOSEN) == ["mailer", "web", "worker", "urgent"]
    assert ordered("urgent", "web", names={}) == ["web", "urgent"]


def test_the_sentence_and_what_visitors_see_name_types_as_the_technician_does() -> None:
    partial = State(name="partial", since=THIS_MORNING, broken_types=("worker", "mailer"))
    words = sentence(partial, now=NOW, zone=PARIS, names=CHOSEN)
    assert plain(words) == "Partiellement en panne : les courriels, les calculs."
    silent = replace(failed("unreachable"), last=partial, read_at=THIS_MORNING)
    assert "les courriels, les calculs" in visitors(silent, now=NOW, zone=PARIS, names=CHOSEN)
    closed = State(name="maintenance", broken_types=("mailer",))
    assert "en panne : les courriels." in plain(visitors(closed, now=NOW, zone=PARIS, names=CHOSEN))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("up", "En marche"),
        ("starting", "Démarre"),
        ("idle", "Assoupi"),
        ("crashed", "En panne"),
        ("down", "Arrêté"),
        ("hibernating", "hibernating"),
    ],
)
def test_a_dyno_s_state_is_said_in_words_and_an_unknown_one_as_it_is(state: str, words: str) -> None:
    assert dyno_state(state) == words


@pytest.mark.parametrize(
    ("action", "word", "said"),
    [
        ("wake", "Se réveille", "Se réveille."),
        ("restart", "Redémarre", "Redémarre."),
        ("scale", "Démarre", "Démarre."),
    ],
)
def test_only_what_slept_is_said_to_wake(action: str, word: str, said: str) -> None:
    state = State(name="waking", wanted=1, change=change(action))
    assert (badge(state), sentence(state, now=NOW, zone=PARIS)) == (word, said)
