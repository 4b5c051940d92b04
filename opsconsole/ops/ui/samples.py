"""What the page of components shows: invented sites, dynos and gestures, dated around the present."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.html import format_html

Sample = dict[str, Any]

SLEEP = {"label": "Mettre en veille", "kind": "sleep", "href": "#", "url": "", "why": ""}
WAKE = {"label": "Réveiller", "kind": "wake", "href": "", "url": "#", "why": ""}
REOPEN = {"label": "Rouvrir le site", "kind": "", "href": "", "url": "#", "why": ""}
RENEW = {"label": "Renouveler le jeton", "kind": "", "href": "#", "url": "", "why": ""}
OFF = {
    **SLEEP,
    "href": "",
    "why": "La console tourne dans ce site\u00a0: elle ne peut pas s’endormir elle-même.",
}

# state, name, sentence, what visitors see, the button, the sentence in its place
CARDS: tuple[tuple[str, str, str, str, Sample | None, str], ...] = (
    ("awake", "Agenda des salles", "Tout va bien.", "Les visiteurs voient le site.", SLEEP, ""),
    (
        "asleep",
        "Inscriptions",
        "En veille depuis vendredi, 18\u00a0h\u00a042.",
        "Ils lisent une page d’attente.",
        WAKE,
        "",
    ),
    (
        "waking",
        "Bibliothèque",
        "Se réveille, 2 dynos sur 3.",
        "Ils voient déjà le site.",
        None,
        "Demandé par Claire Morel",
    ),
    (
        "falling",
        "Partitions",
        "S’endort, encore 1 dyno.",
        "Ils lisent une page d’attente.",
        None,
        "Demandé par Marc Delaunay",
    ),
    (
        "dozing",
        "Concours",
        "Assoupi, se réveille à la première visite.",
        "La première page tarde un peu.",
        OFF,
        "",
    ),
    ("down", "Billetterie", "En panne depuis 8\u00a0h\u00a057.", "Ils voient une page d’erreur.", SLEEP, ""),
    ("partial", "Boutique", "Partiellement en panne.", "Le site répond, les courriels attendent.", SLEEP, ""),
    (
        "maintenance",
        "Annuaire",
        "En maintenance depuis 14\u00a0h\u00a000.",
        "Ils lisent la page d’attente.",
        REOPEN,
        "",
    ),
    (
        "empty",
        "Vitrine",
        "Rien n’est encore déployé.",
        "Ils voient la page d’accueil de Heroku.",
        None,
        "À publier d’abord",
    ),
    (
        "quota",
        "Blog",
        "Quota Eco épuisé.",
        "Ils voient une page d’erreur.",
        None,
        "Aucun bouton n’y peut rien.",
    ),
    (
        "unreachable",
        "Archives",
        "Heroku ne répond pas.",
        "Tout allait bien il y a 3\u00a0min.",
        None,
        "Nouvel essai bientôt",
    ),
    ("denied", "Extranet", "Accès refusé par Heroku.", "Nous ne savons pas ce qu’ils voient.", RENEW, ""),
)


def cards(now: datetime) -> list[Sample]:
    return [
        {
            "id": f"card-{state}",
            "app_id": "",
            "name": name,
            "url": "#",
            "state": state,
            "kind": "Production",
            "sentence": sentence,
            "see": see,
            "age": now - timedelta(minutes=3) if state == "unreachable" else None,
            "act": act,
            "more": {"label": "Comprendre la panne", "url": "#"} if state == "down" else None,
            "aside": aside,
            "aside_at": now - timedelta(seconds=3) if state in {"waking", "falling"} else None,
        }
        for state, name, sentence, see, act, aside in CARDS
    ]


def dynos(now: datetime) -> list[Sample]:
    a_while, just_now = now - timedelta(hours=2, minutes=12), now - timedelta(seconds=21)
    restart = {"label": "Redémarrer", "url": "#", "href": ""}
    # name, term, what it does, its disc, the word, the tone, since
    rows: tuple[tuple[str, str, str, str, str, str, datetime | None], ...] = (
        (
            "Le site",
            "web.1",
            "Sert les pages aux visiteurs · taille Eco",
            "awake",
            "En marche",
            "ok",
            a_while,
        ),
        ("Les tâches de fond", "worker.1", "Envoie les rappels", "waking", "Démarre", "run", just_now),
        ("L’horloge", "clock.1", "Lance ce qui revient", "down", "En panne", "bad", a_while),
        ("Les envois", "mail", "Écrit aux familles", "asleep", "Aucun", "off", None),
    )
    return [
        {
            "name": name,
            "term": term,
            "sub": sub,
            "command": "gunicorn agenda.wsgi" if tone == "ok" else "",
            "state": state,
            "word": word,
            "tone": tone,
            "since": since,
            "act": restart if tone == "ok" else None,
        }
        for name, term, sub, state, word, tone, since in rows
    ]


def entries(now: datetime) -> list[Sample]:
    refusal = "Heroku a refusé\u00a0: «\u00a0moyen de paiement expiré\u00a0». Rien n’a changé."
    lost = "Heroku n’a pas répondu. Vérifié 20\u00a0s plus tard\u00a0: c’était fait. Rien n’a été redemandé."
    # what was done, the outcome and its word, what there is to add
    gestures = (
        ("réveille", "running", "En cours", ""),
        ("a changé la taille de", "failed", "Échoué", refusal),
        ("a redémarré", "unknown", "Inconnu, puis fait", lost),
        ("a mis en veille", "done", "Fait", ""),
        ("a voulu mettre en veille", "refused", "Refusé", ""),
    )
    lines: list[Sample] = [
        {
            "at": now,
            "dated": kind == "unknown",
            "say": format_html("<b>Claire Morel</b> {} <b>Inscriptions</b>.", verb),
            "kind": kind,
            "word": word,
            "more": more,
            "facts": [],
            "cli": "",
            "undo": None,
        }
        for verb, kind, word, more in gestures
    ]
    lines[3] |= {
        "facts": [("Profil", "Responsable", False), ("Request-Id", "5c1f2a90-77aa-4c1e", True)],
        "cli": "heroku ps:scale web=0 worker=0 -a inscriptions",
        "undo": {"label": "Annuler, c’est-à-dire réveiller", "href": "#"},
    }
    return lines


def story(now: datetime) -> list[Sample]:
    common: Sample = {"detail": "", "is_mono": False, "at": now}
    return [
        {**common, "kind": "done", "text": "Demande notée au journal"},
        {
            **common,
            "kind": "done",
            "text": "Heroku a accepté\u00a0: 3 dynos",
            "detail": "Le site × 2, Les courriels × 1",
        },
        {**common, "kind": "now", "text": "Les courriels démarrent", "detail": "worker.1", "is_mono": True},
        {**common, "kind": "failed", "text": "Le site 2 n’a pas démarré", "detail": "web.2", "is_mono": True},
        {**common, "kind": "next", "text": "La page d’attente sera retirée", "at": None},
    ]


def rising(now: datetime) -> list[Sample]:
    return [
        {"name": "Le site 1", "kind": "done", "text": "En marche, en 11\u00a0s", "since": None},
        {"name": "Le site 2", "kind": "now", "text": "Démarre depuis", "since": now - timedelta(seconds=21)},
        {"name": "Les courriels", "kind": "next", "text": "Attend son tour", "since": None},
    ]
