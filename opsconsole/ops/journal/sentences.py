"""One sentence for each action of the journal, in three tenses: it goes on, it is done, it was wanted."""

import unicodedata

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from opsconsole.ops.journal.details import changed, dyno_inside, process_inside, took
from opsconsole.ops.journal.models import Action, Entry, Kind, Outcome
from opsconsole.ops.journal.search import CHANGES, EVERYTHING

# In each: who acts, the app, the same after « de », and what else the sentence is about
PATTERNS: dict[str, tuple[str, str, str]] = {
    Action.SLEEP: (
        gettext_noop("<b>{who}</b> met <b>{app}</b> en veille"),
        gettext_noop("<b>{who}</b> a mis <b>{app}</b> en veille"),
        gettext_noop("<b>{who}</b> a voulu mettre <b>{app}</b> en veille"),
    ),
    Action.WAKE: (
        gettext_noop("<b>{who}</b> réveille <b>{app}</b>"),
        gettext_noop("<b>{who}</b> a réveillé <b>{app}</b>"),
        gettext_noop("<b>{who}</b> a voulu réveiller <b>{app}</b>"),
    ),
    Action.REOPEN: (
        gettext_noop("<b>{who}</b> rouvre <b>{app}</b> aux visiteurs"),
        gettext_noop("<b>{who}</b> a rouvert <b>{app}</b> aux visiteurs"),
        gettext_noop("<b>{who}</b> a voulu rouvrir <b>{app}</b> aux visiteurs"),
    ),
    Action.RESTART: (
        gettext_noop("<b>{who}</b> redémarre {what}"),
        gettext_noop("<b>{who}</b> a redémarré {what}"),
        gettext_noop("<b>{who}</b> a voulu redémarrer {what}"),
    ),
    Action.STOP: (
        gettext_noop("<b>{who}</b> arrête {what}"),
        gettext_noop("<b>{who}</b> a arrêté {what}"),
        gettext_noop("<b>{who}</b> a voulu arrêter {what}"),
    ),
    Action.RUN: (
        gettext_noop("<b>{who}</b> lance {command} pour <b>{app}</b>"),
        gettext_noop("<b>{who}</b> a lancé {command} pour <b>{app}</b>"),
        gettext_noop("<b>{who}</b> a voulu lancer {command} pour <b>{app}</b>"),
    ),
    Action.STOP_RUN: (
        gettext_noop("<b>{who}</b> arrête {command} pour <b>{app}</b>"),
        gettext_noop("<b>{who}</b> a arrêté {command} pour <b>{app}</b>"),
        gettext_noop("<b>{who}</b> a voulu arrêter {command} pour <b>{app}</b>"),
    ),
    Action.CONSOLE: (
        gettext_noop("<b>{who}</b> ouvre une console sur <b>{app}</b>"),
        gettext_noop("<b>{who}</b> a ouvert une console sur <b>{app}</b>"),
        gettext_noop("<b>{who}</b> a voulu ouvrir une console sur <b>{app}</b>"),
    ),
    Action.CLOSE_CONSOLE: (
        gettext_noop("<b>{who}</b> ferme une console {of_person} sur <b>{app}</b>"),
        gettext_noop("<b>{who}</b> a fermé une console {of_person} sur <b>{app}</b>"),
        gettext_noop("<b>{who}</b> a voulu fermer une console {of_person} sur <b>{app}</b>"),
    ),
    Action.READ_RECORDING: (
        gettext_noop("<b>{who}</b> ouvre l’enregistrement d’une console {of_person} sur <b>{app}</b>"),
        gettext_noop("<b>{who}</b> a ouvert l’enregistrement d’une console {of_person} sur <b>{app}</b>"),
        gettext_noop(
            "<b>{who}</b> a voulu ouvrir l’enregistrement d’une console {of_person} sur <b>{app}</b>"
        ),
    ),
    Action.SCALE: (
        gettext_noop("<b>{who}</b> change la taille {of_app}"),
        gettext_noop("<b>{who}</b> a changé la taille {of_app}"),
        gettext_noop("<b>{who}</b> a voulu changer la taille {of_app}"),
    ),
    Action.WRITE_COMMAND: (
        gettext_noop("<b>{who}</b> écrit la commande {command}"),
        gettext_noop("<b>{who}</b> a écrit la commande {command}"),
        gettext_noop("<b>{who}</b> a voulu écrire la commande {command}"),
    ),
    Action.PHRASES: (
        gettext_noop("<b>{who}</b> écrit les phrases prêtes des consoles"),
        gettext_noop("<b>{who}</b> a écrit les phrases prêtes des consoles"),
        gettext_noop("<b>{who}</b> a voulu écrire les phrases prêtes des consoles"),
    ),
    Action.DELETE_COMMAND: (
        gettext_noop("<b>{who}</b> supprime la commande {command}"),
        gettext_noop("<b>{who}</b> a supprimé la commande {command}"),
        gettext_noop("<b>{who}</b> a voulu supprimer la commande {command}"),
    ),
    Action.DESCRIBE_APP: (
        gettext_noop("<b>{who}</b> change les réglages {of_app}"),
        gettext_noop("<b>{who}</b> a changé les réglages {of_app}"),
        gettext_noop("<b>{who}</b> a voulu changer les réglages {of_app}"),
    ),
    Action.PRICES: (
        gettext_noop("<b>{who}</b> change la façon de dire les prix"),
        gettext_noop("<b>{who}</b> a changé la façon de dire les prix"),
        gettext_noop("<b>{who}</b> a voulu changer la façon de dire les prix"),
    ),
    Action.STORE_TOKEN: (
        gettext_noop("<b>{who}</b> enregistre un nouveau jeton"),
        gettext_noop("<b>{who}</b> a enregistré un nouveau jeton"),
        gettext_noop("<b>{who}</b> a voulu enregistrer un nouveau jeton"),
    ),
    Action.DELETE_TOKEN: (
        gettext_noop("<b>{who}</b> efface le jeton"),
        gettext_noop("<b>{who}</b> a effacé le jeton"),
        gettext_noop("<b>{who}</b> a voulu effacer le jeton"),
    ),
    Action.INVITE: (
        gettext_noop("<b>{who}</b> invite {what}"),
        gettext_noop("<b>{who}</b> a invité {what}"),
        gettext_noop("<b>{who}</b> a voulu inviter {what}"),
    ),
    Action.WITHDRAW: (
        gettext_noop("<b>{who}</b> annule l’invitation {of_person}"),
        gettext_noop("<b>{who}</b> a annulé l’invitation {of_person}"),
        gettext_noop("<b>{who}</b> a voulu annuler l’invitation {of_person}"),
    ),
    Action.CHANGE_PERSON: (
        gettext_noop("<b>{who}</b> change le compte {of_person}"),
        gettext_noop("<b>{who}</b> a changé le compte {of_person}"),
        gettext_noop("<b>{who}</b> a voulu changer le compte {of_person}"),
    ),
    Action.DISABLE_PERSON: (
        gettext_noop("<b>{who}</b> ferme le compte {of_person}"),
        gettext_noop("<b>{who}</b> a fermé le compte {of_person}"),
        gettext_noop("<b>{who}</b> a voulu fermer le compte {of_person}"),
    ),
    Action.ENABLE_PERSON: (
        gettext_noop("<b>{who}</b> rouvre le compte {of_person}"),
        gettext_noop("<b>{who}</b> a rouvert le compte {of_person}"),
        gettext_noop("<b>{who}</b> a voulu rouvrir le compte {of_person}"),
    ),
    Action.REVEAL_LOGS: (
        gettext_noop("<b>{who}</b> affiche en clair les journaux {of_app}"),
        gettext_noop("<b>{who}</b> a affiché en clair les journaux {of_app}"),
        gettext_noop("<b>{who}</b> a voulu afficher en clair les journaux {of_app}"),
    ),
    Action.EXPORT: (
        gettext_noop("<b>{who}</b> exporte le journal"),
        gettext_noop("<b>{who}</b> a exporté le journal"),
        gettext_noop("<b>{who}</b> a voulu exporter le journal"),
    ),
    Action.OPEN_PAGE: (
        gettext_noop("<b>{who}</b> ouvre une page réservée"),
        gettext_noop("<b>{who}</b> a ouvert une page réservée"),
        gettext_noop("<b>{who}</b> a voulu ouvrir une page réservée"),
    ),
    Action.SIGN_IN: (
        gettext_noop("<b>{who}</b> ouvre sa session"),
        gettext_noop("<b>{who}</b> a ouvert sa session"),
        gettext_noop("<b>{who}</b> a voulu ouvrir une session"),
    ),
    Action.SIGN_OUT: (
        gettext_noop("<b>{who}</b> ferme sa session"),
        gettext_noop("<b>{who}</b> a fermé sa session"),
        gettext_noop("<b>{who}</b> a voulu fermer sa session"),
    ),
}


STARTED = ("run_", "console_ended", "console_closed", "console_cut", "console_over", "console_interrupted")
"""Reasons of what ended badly or early, but surely was begun."""


def group_names() -> list[tuple[str, str]]:
    """Return (key, words) of the groups of actions that the journal may be asked for; see `search.GROUPS`."""
    return [
        (CHANGES, _("Sans les connexions")),
        (EVERYTHING, _("Avec les connexions")),
        ("veille", _("Veille et réveil")),
        ("dynos", _("Redémarrages, arrêts et tailles")),
        ("commandes", _("Commandes")),
        ("consoles", _("Consoles")),
        ("reglages", _("Réglages, prix et jeton")),
        ("personnes", _("Personnes")),
        ("exports", _("Exports et pages réservées")),
        ("connexions", _("Connexions")),
    ]


def say(entry: Entry, last: Outcome | None) -> SafeString:
    """« Claire Morel a mis Inscriptions en veille : de 3 à 0 dynos, en 19 s. »"""
    person = str(entry.after.get("person", ""))
    sentence = format_html(
        _pattern(entry, last),
        who=entry.actor_name,
        app=entry.app_title,
        of_app=_of(entry.app_title),
        of_person=_of(person) if person else _("de quelqu’un"),
        what=_what(entry),
        command=_command(entry),
    )
    facts = ", ".join(part for part in (changed(entry, last), took(last)) if part)
    return format_html(_("{} : {}."), sentence, facts) if facts else format_html("{}.", sentence)


def _pattern(entry: Entry, last: Outcome | None) -> str:
    tenses = PATTERNS[Action(entry.action)]
    if last is None:
        return _(tenses[0])
    # What ended badly was launched all the same.
    is_past = last.kind == Kind.DONE or last.reason.startswith(STARTED)
    return _(tenses[1 if is_past else 2])


def _of(name: str) -> SafeString:
    """« d’Inscriptions », « de Boutique solidaire ». A name with an h is given the benefit of the doubt."""
    first = unicodedata.normalize("NFD", name[:1]).casefold()[:1]
    return format_html(_("d’<b>{}</b>") if first in {*"aeiouyœæ"} else _("de <b>{}</b>"), name)


def _command(entry: Entry) -> SafeString:
    return format_html(_("« {} »"), str(entry.after.get("title", "")))


def _what(entry: Entry) -> SafeString:
    """What a restart, a stop or an invitation is about, as it stands after the verb."""
    if entry.action == Action.INVITE:
        person = str(entry.after.get("person", ""))
        return format_html("<b>{}</b>", person) if person else format_html("{}", _("quelqu’un"))
    name = str(entry.after.get("dyno") or entry.after.get("name") or "")
    if not name:
        return format_html("<b>{}</b>", entry.app_title)
    inside = process_inside(name) if entry.after.get("scope") == "type" else dyno_inside(name)
    return format_html("{} {}", inside, _of(entry.app_title))
