"""The sentence of each action, in three tenses, with what changes from what to what."""

from typing import Any

import pytest

from opsconsole.ops.journal.change import Intent, Subject
from opsconsole.ops.journal.models import Action, Kind
from tests.ops.journal.entries import SCHOOL, intend, line_of, plain, said, write

pytestmark = pytest.mark.django_db

MALICIOUS = "<script>alert(1)</script>"
COUNTS = {
    Action.SLEEP: " : de 2 à 0 dynos",
    Action.WAKE: " : de 0 à 2 dynos",
    Action.SCALE: " : le site 2 × Standard-1X → 2 × Standard-2X",
    Action.CONSOLE: " : terminal, « corriger un dossier »",
    Action.WRITE_COMMAND: " : ligne de commande, risque",
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
    Action.RUN: (
        "lance « Vérifier le site » pour Inscriptions",
        "a lancé « Vérifier le site » pour Inscriptions",
        "a voulu lancer « Vérifier le site » pour Inscriptions",
    ),
    Action.STOP_RUN: (
        "arrête « Vérifier le site » pour Inscriptions",
        "a arrêté « Vérifier le site » pour Inscriptions",
        "a voulu arrêter « Vérifier le site » pour Inscriptions",
    ),
    Action.CONSOLE: (
        "ouvre une console sur Inscriptions",
        "a ouvert une console sur Inscriptions",
        "a voulu ouvrir une console sur Inscriptions",
    ),
    Action.CLOSE_CONSOLE: (
        "ferme une console de Hugo Petit sur Inscriptions",
        "a fermé une console de Hugo Petit sur Inscriptions",
        "a voulu fermer une console de Hugo Petit sur Inscriptions",
    ),
    Action.READ_RECORDING: (
        "ouvre l’enregistrement d’une console de Hugo Petit sur Inscriptions",
        "a ouvert l’enregistrement d’une console de Hugo Petit sur Inscriptions",
        "a voulu ouvrir l’enregistrement d’une console de Hugo Petit sur Inscriptions",
    ),
    Action.PHRASES: (
        "écrit les phrases prêtes des consoles",
        "a écrit les phrases prêtes des consoles",
        "a voulu écrire les phrases prêtes des consoles",
    ),
    Action.WRITE_COMMAND: (
        "écrit la commande « Vérifier le site »",
        "a écrit la commande « Vérifier le site »",
        "a voulu écrire la commande « Vérifier le site »",
    ),
    Action.DELETE_COMMAND: (
        "supprime la commande « Vérifier le site »",
        "a supprimé la commande « Vérifier le site »",
        "a voulu supprimer la commande « Vérifier le site »",
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
    Action.WITHDRAW: (
        "annule l’invitation d’Anne Roy",
        "a annulé l’invitation d’Anne Roy",
        "a voulu annuler l’invitation d’Anne Roy",
    ),
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
    Action.REVEAL_LOGS: (
        "affiche en clair les journaux d’Inscriptions",
        "a affiché en clair les journaux d’Inscriptions",
        "a voulu afficher en clair les journaux d’Inscriptions",
    ),
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
            {"process_types": {"web": {"label": "", "position": 1}}},
            {"process_types": {"web": {"label": "Vitrine", "position": 2}, "robot": {"protected": True}}},
            "robot (protégé rien → oui), le site (nom affiché rien → « Vitrine », place 1 → 2)",
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
