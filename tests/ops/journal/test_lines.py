"""What a person reads in the journal: who, what, before → after, and what became of it."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.journal.change import Subject
from opsconsole.ops.journal.models import Action, Kind
from tests.ops.journal.entries import ABOUT_AN_APP, SCHOOL, SLEEP, intend, line_of, plain, said, utc, write

pytestmark = pytest.mark.django_db

MALICIOUS = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("kinds", "word"),
    [
        ((Kind.UNKNOWN, Kind.DONE), "Inconnu, puis fait"),
        ((Kind.UNKNOWN, Kind.FAILED), "Inconnu, puis échoué"),
        ((Kind.UNKNOWN, Kind.UNKNOWN), "Inconnu"),
    ],
)
def test_what_had_to_be_looked_up_says_so(kinds: tuple[Kind, ...], word: str) -> None:
    assert line_of(write(SLEEP, *kinds))["word"] == word


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "en 0 s"), (19.9, "en 19 s"), (60, "en 1 min"), (192, "en 3 min 12 s")]
)
def test_durations_are_spoken(seconds: float, words: str) -> None:
    assert said(line_of(write(SLEEP, Kind.DONE, seconds=seconds))).endswith(f", {words}.")


def test_a_single_dyno_is_not_a_plural() -> None:
    intent = intend(Action.WAKE, formation=[{"type": "web", "quantity": 1, "size": "Eco"}])
    assert "de 0 à 1 dyno." in said(line_of(write(intent)))


def test_names_are_set_apart_and_cannot_bring_markup() -> None:
    by = Actor(id="1", name=MALICIOUS, profile="operator", address="", session_ref="")
    subject = Subject(app_id="x", app_name="x", app_title='"><img src=x onerror=alert(1)>')
    say = line_of(write(intend(subject=subject), by=by))["say"]
    assert "<b>&lt;script&gt;alert(1)&lt;/script&gt;</b>" in say
    assert "<img" not in say


def test_braces_in_names_are_only_braces() -> None:
    by = Actor(id="1", name="{app}{0}%s", profile="operator", address="", session_ref="")
    assert said(line_of(write(by=by))).startswith("{app}{0}%s met Inscriptions")


def test_a_refusal_by_heroku_is_told_in_french_and_quoted() -> None:
    line = line_of(
        write(
            SLEEP,
            Kind.FAILED,
            reason="heroku_refused",
            error="UnauthorizedError",
            status=401,
            id="unauthorized",
            message="Invalid credentials provided.",
        )
    )
    assert plain(line["more"]) == (
        "Heroku refuse notre jeton : il est à renouveler. Rien n’a changé. "
        "Réponse d’origine : « Invalid credentials provided. »"
    )


@pytest.mark.parametrize(
    "error",
    [
        *(
            "UnauthorizedError",
            "ForbiddenError",
            "TwoFactorRequiredError",
            "SuspendedError",
            "DelinquentError",
        ),
        *("VerificationNeededError", "NotFoundError", "CannotUpdateAboveLimitError", "InvalidParamsError"),
        *("RateLimitedError", "ConflictError", "ApiMaintenanceError", "SomethingNewError"),
    ],
)
def test_every_refusal_by_heroku_has_a_sentence(error: str) -> None:
    more = line_of(write(SLEEP, Kind.FAILED, reason="heroku_refused", error=error, message="m"))["more"]
    assert "Heroku" in more
    assert error not in more


@pytest.mark.parametrize(
    "reason",
    [
        *("right", "own_app", "own_app_unknown", "protected", "not_read", "not_sent", "lost", "interrupted"),
        *("not_applied", "silent", "gone", "crashed", "not_up", "still_running"),
    ],
)
def test_every_reason_of_our_own_has_a_sentence(reason: str) -> None:
    more = line_of(write(SLEEP, Kind.FAILED, reason=reason))["more"]
    assert more.endswith(".")
    assert reason not in more


def test_what_never_came_from_heroku_is_not_quoted() -> None:
    line = line_of(write(SLEEP, Kind.FAILED, reason="not_sent", error="NotSentError", message="Refused."))
    assert plain(line["more"]) == "La demande n’a pas pu partir : rien n’a changé."


def test_what_heroku_said_cannot_bring_markup() -> None:
    line = line_of(
        write(
            SLEEP, Kind.FAILED, reason="heroku_refused", error="ConflictError", status=409, message=MALICIOUS
        )
    )
    page = render_to_string("components/entry.html", {"line": line})
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


def test_a_waiting_page_that_stayed_is_told() -> None:
    line = line_of(write(intend(Action.WAKE), Kind.DONE, page_lifted=False))
    assert plain(line["more"]) == "La page d’attente, elle, n’a pas pu être retirée."


@pytest.mark.parametrize(
    ("types", "sentence"),
    [
        (["clock"], "Laissé de côté, car il n’existe plus : clock."),
        (["clock", "worker"], "Laissés de côté, car ils n’existent plus : clock, worker."),
    ],
)
def test_a_wake_names_what_it_left_out(types: list[str], sentence: str) -> None:
    assert plain(line_of(write(intend(Action.WAKE, left_out=types), Kind.DONE))["more"]) == sentence


def test_the_detail_has_profile_address_end_request_id_and_name() -> None:
    line = line_of(write(SLEEP, Kind.DONE, at=utc("2026-11-23T17:42:07")))
    assert line["facts"] == [
        ("Profil", "Opérateur", False),
        ("Adresse", "192.0.2.14", True),
        ("Conclu à", "18:42:07", False),
        ("Request-Id de Heroku", "abc-123", True),
        ("Nom chez Heroku", "inscriptions", True),
    ]
    assert line["cli"] == "heroku ps:scale web=0 -a inscriptions"


@pytest.mark.parametrize("action", sorted(set(Action) - ABOUT_AN_APP))
def test_what_is_done_to_the_console_itself_names_no_app(action: Action) -> None:
    facts = line_of(write(intend(action), Kind.DONE))["facts"]
    assert "Nom chez Heroku" not in [term for term, _value, _mono in facts]


def test_a_fact_that_is_not_known_is_left_out() -> None:
    by = Actor(id="1", name="Claire", profile="gone", address="", session_ref="")
    facts = line_of(write(SLEEP, by=by))["facts"]
    assert facts == [("Profil", "gone", False), ("Nom chez Heroku", SCHOOL.app_name, True)]


def test_nothing_may_be_undone_unless_a_page_says_so() -> None:
    assert line_of(write(SLEEP, Kind.DONE))["undo"] is None


def test_the_sentence_exists_in_english_too() -> None:
    entry = write(SLEEP, Kind.DONE, seconds=19)
    with translation.override("en"):
        assert "Inscriptions" in said(line_of(entry))
