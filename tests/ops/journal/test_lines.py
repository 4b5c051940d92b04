"""What a person reads in the journal: who, what, before → after, and what became of it."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.journal.change import Intent, Subject
from opsconsole.ops.journal.models import Action, Kind
from tests.ops.journal.entries import ABOUT_AN_APP, SCHOOL, SLEEP, intend, line_of, plain, said, utc, write

pytestmark = pytest.mark.django_db

MALICIOUS = "<script>alert(1)</script>"
COUNTS = {
    Action.SLEEP: " : de 2 à 0 dynos",
    Action.WAKE: " : de 0 à 2 dynos",
    Action.SCALE: " : le site 2 × Standard-1X → 2 × Standard-2X",
    Action.DESCRIBE_APP: " : nom affiché « Cours » → « École », protégé non → oui",
    Action.PRICES: " : euros pour un dollar 0,92 → rien",
    Action.STORE_TOKEN: " : compte technique@ecole.example",
    Action.DELETE_TOKEN: " : compte technique@ecole.example",
    Action.INVITE: " : Opérateur (Boutique, Cours)",
    Action.CHANGE_PERSON: " : profil Lecteur → Responsable, sites Cours → tous",
    Action.EXPORT: " : 1 234 lignes en CSV",
    Action.OPEN_PAGE: " : /settings/people/",
}
NOW_PAST_WANTED = {
    Action.SLEEP: (
        "met Inscriptions en veille",
        "a mis Inscriptions en veille",
        "a voulu mettre Inscriptions en veille",
    ),
    Action.WAKE: ("réveille Inscriptions", "a réveillé Inscriptions", "a voulu réveiller Inscriptions"),
    Action.REOPEN: (
        "rouvre Inscriptions aux visiteurs",
        "a rouvert Inscriptions aux visiteurs",
        "a voulu rouvrir Inscriptions aux visiteurs",
    ),
    Action.RESTART: (
        "redémarre le site 2 (web.2) d’Inscriptions",
        "a redémarré le site 2 (web.2) d’Inscriptions",
        "a voulu redémarrer le site 2 (web.2) d’Inscriptions",
    ),
    Action.STOP: (
        "arrête la copie temporaire (run.1234) d’Inscriptions",
        "a arrêté la copie temporaire (run.1234) d’Inscriptions",
        "a voulu arrêter la copie temporaire (run.1234) d’Inscriptions",
    ),
    Action.SCALE: (
        "change la taille d’Inscriptions",
        "a changé la taille d’Inscriptions",
        "a voulu changer la taille d’Inscriptions",
    ),
    Action.DESCRIBE_APP: (
        "change les réglages d’Inscriptions",
        "a changé les réglages d’Inscriptions",
        "a voulu changer les réglages d’Inscriptions",
    ),
    Action.PRICES: (
        "change la façon de dire les prix",
        "a changé la façon de dire les prix",
        "a voulu changer la façon de dire les prix",
    ),
    Action.STORE_TOKEN: (
        "enregistre un nouveau jeton",
        "a enregistré un nouveau jeton",
        "a voulu enregistrer un nouveau jeton",
    ),
    Action.DELETE_TOKEN: ("efface le jeton", "a effacé le jeton", "a voulu effacer le jeton"),
    Action.INVITE: ("invite Anne Roy", "a invité Anne Roy", "a voulu inviter Anne Roy"),
    Action.CHANGE_PERSON: (
        "change le compte d’Anne Roy",
        "a changé le compte d’Anne Roy",
        "a voulu changer le compte d’Anne Roy",
    ),
    Action.DISABLE_PERSON: (
        "ferme le compte de Hugo Petit",
        "a fermé le compte de Hugo Petit",
        "a voulu fermer le compte de Hugo Petit",
    ),
    Action.ENABLE_PERSON: (
        "rouvre le compte de Hugo Petit",
        "a rouvert le compte de Hugo Petit",
        "a voulu rouvrir le compte de Hugo Petit",
    ),
    Action.EXPORT: ("exporte le journal", "a exporté le journal", "a voulu exporter le journal"),
    Action.OPEN_PAGE: (
        "ouvre une page réservée",
        "a ouvert une page réservée",
        "a voulu ouvrir une page réservée",
    ),
    Action.SIGN_IN: ("ouvre sa session", "a ouvert sa session", "a voulu ouvrir une session"),
    Action.SIGN_OUT: ("ferme sa session", "a fermé sa session", "a voulu fermer sa session"),
}


def sentence(action: Action, tense: int) -> str:
    return f"Claire Morel {NOW_PAST_WANTED[action][tense]}"


def told(action: Action) -> str:
    return COUNTS.get(action, "")


@pytest.mark.parametrize("action", Action)
def test_what_goes_on_is_told_in_the_present(action: Action) -> None:
    line = line_of(write(intend(action)))
    assert said(line) == sentence(action, 0) + told(action) + "."
    assert (line["kind"], line["word"], line["more"]) == ("running", "En cours", "")


@pytest.mark.parametrize("action", Action)
def test_what_is_done_is_told_in_the_past_with_the_time_it_took(action: Action) -> None:
    line = line_of(write(intend(action), Kind.DONE, seconds=19.4))
    joint = ", " if told(action) else " : "
    assert said(line) == sentence(action, 1) + told(action) + joint + "en 19 s."
    assert (line["kind"], line["word"], line["more"]) == ("done", "Fait", "")


@pytest.mark.parametrize("action", Action)
def test_what_was_refused_says_what_was_wanted_and_no_numbers(action: Action) -> None:
    line = line_of(write(intend(action), Kind.REFUSED, reason="right"))
    told_path = told(action) if action == Action.OPEN_PAGE else ""
    assert said(line) == sentence(action, 2) + told_path + "."
    assert (line["kind"], line["word"]) == ("refused", "Refusé")
    assert plain(line["more"]) == "Ce profil ne permet pas ce geste."


@pytest.mark.parametrize(("kind", "word"), [(Kind.FAILED, "Échoué"), (Kind.UNKNOWN, "Inconnu")])
@pytest.mark.parametrize("action", Action)
def test_what_did_not_simply_succeed_says_what_was_wanted(action: Action, kind: Kind, word: str) -> None:
    line = line_of(write(intend(action), kind, reason="lost", seconds=3))
    assert said(line) == sentence(action, 2) + told(action) + "."
    assert (line["kind"], line["word"]) == (kind, word)


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


@pytest.mark.parametrize(
    ("action", "after", "what"),
    [
        (Action.RESTART, {"scope": "app", "name": ""}, "Inscriptions"),
        (Action.RESTART, {"scope": "type", "name": "worker"}, "les tâches de fond (worker) d’Inscriptions"),
        (Action.RESTART, {"scope": "type", "name": "robot"}, "robot d’Inscriptions"),
        (
            Action.RESTART,
            {"scope": "dyno", "name": "worker.1"},
            "les tâches de fond 1 (worker.1) d’Inscriptions",
        ),
        (Action.RESTART, {"scope": "dyno", "name": "robot.1"}, "le dyno robot.1 d’Inscriptions"),
        (Action.STOP, {"dyno": "web-5d4f-x2"}, "le dyno web-5d4f-x2 d’Inscriptions"),
        (Action.STOP, {"dyno": "scheduler.77"}, "la tâche planifiée (scheduler.77) d’Inscriptions"),
    ],
)
def test_a_dyno_is_told_in_our_words_with_herokus_name_beside(
    action: Action, after: dict[str, Any], what: str
) -> None:
    assert said(line_of(write(intend(action, **after), Kind.DONE))).endswith(f" {what}.")


@pytest.mark.parametrize(
    ("title", "of"),
    [
        ("Élan", "d’Élan"),
        ("œuvres", "d’œuvres"),
        ("Ypres", "d’Ypres"),
        ("Hôtel", "de Hôtel"),
        ("", "de "),
    ],
)
def test_a_name_follows_its_preposition_as_one_says_it(title: str, of: str) -> None:
    subject = Subject(app_id="x", app_name="x", app_title=title)
    assert f" la taille {of}".rstrip() in said(line_of(write(intend(Action.SCALE, subject=subject))))


def test_only_the_types_that_change_are_told() -> None:
    before = [{"type": "web", "quantity": 1, "size": "Eco"}, {"type": "worker", "quantity": 1, "size": "Eco"}]
    after = [*before[:1], {"type": "worker", "quantity": 2, "size": "Eco"}]
    intent = Intent(
        action=Action.SCALE, subject=SCHOOL, before={"formation": before}, after={"formation": after}
    )
    assert said(line_of(write(intent, Kind.DONE))).endswith(" : les tâches de fond 1 × Eco → 2 × Eco.")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"environment": "production"}, {"environment": "staging"}, "environnement Production → Recette"),
        ({"environment": "lune"}, {"environment": "terre"}, "environnement lune → terre"),
        ({"profile": "gone"}, {"profile": "reader"}, "profil gone → Lecteur"),
        ({"people": []}, {"people": ["Anne", "Hugo"]}, "vu par rien → Anne, Hugo"),
        ({"limited": False}, {"limited": True}, "limité à certains sites non → oui"),
        (
            {},
            {"types": {"web": {"label": "Vitrine", "position": 1}}},
            "types rien → web nom affiché « Vitrine », place 1",
        ),
    ],
)
def test_a_field_is_told_in_words(before: dict[str, Any], after: dict[str, Any], words: str) -> None:
    intent = Intent(action=Action.DESCRIBE_APP, subject=SCHOOL, before=before, after=after)
    assert said(line_of(write(intent, Kind.DONE))).endswith(f" : {words}.")


@pytest.mark.parametrize("action", [Action.INVITE, Action.CHANGE_PERSON, Action.DISABLE_PERSON])
def test_somebody_whose_name_is_not_known_is_somebody(action: Action) -> None:
    assert "quelqu’un" in said(line_of(write(Intent(action=action), Kind.DONE)))


def test_one_line_exported_is_not_a_plural() -> None:
    assert said(line_of(write(intend(Action.EXPORT, count=1), Kind.DONE))).endswith(" : 1 ligne en CSV.")


@pytest.mark.parametrize("action", Action)
def test_no_value_of_an_entry_can_bring_markup(action: Action) -> None:
    hostile = {
        "person": MALICIOUS,
        "dyno": MALICIOUS,
        "label": MALICIOUS,
        "account": MALICIOUS,
        "path": MALICIOUS,
    }
    intent = Intent(
        action=action, subject=Subject(app_id="x", app_name="x", app_title=MALICIOUS), after=hostile
    )
    assert "<script>" not in line_of(write(intent, Kind.DONE))["say"]


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
