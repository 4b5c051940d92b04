"""`manage.py seed_demo`: bring a demo's database up to date, with its people and the names of its apps."""

import os
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.commands.models import Command as ReadyCommand
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.models import App, Environment
from opsconsole.ops.fleet.pumps import note_apps

PEOPLE = (
    ("lecteur", "Hugo Petit", Profile.READER),
    ("operateur", "Claire Morel", Profile.OPERATOR),
    ("responsable", "Marc Delaunay", Profile.MANAGER),
    ("admin", "Inès Haddad", Profile.ADMINISTRATOR),
)
APPS = {
    "inscriptions": ("Inscriptions", Environment.PRODUCTION),
    "agenda-salles": ("Agenda des salles", Environment.STAGING),
    "bibliotheque": ("Bibliothèque de partitions", Environment.STAGING),
    "boutique-solidaire": ("Boutique solidaire", Environment.PRODUCTION),
    "journal-des-eleves": ("Journal des élèves", Environment.STAGING),
    "plateforme-notes": ("Plateforme des notes", Environment.STAGING),
    "nouveau-site": ("Nouveau site", Environment.DEVELOPMENT),
}


COMMANDS: tuple[dict[str, Any], ...] = (
    {
        "title": "Relancer les dossiers incomplets",
        "purpose": "Écrit à chaque famille dont le dossier n’est pas complet.",
        "when": "Deux semaines avant la rentrée, puis une fois par semaine.",
        "template": "python manage.py sendreminders --date {date} --course {cours} {essai}",
        "parameters": [
            {"name": "date", "kind": "date", "label": "Dossiers ouverts avant le", "required": False},
            {
                "name": "cours",
                "kind": "choice",
                "label": "Cours",
                "required": False,
                "choices": [["musique", "Musique"], ["danse", "Danse"], ["theatre", "Théâtre"]],
            },
            {
                "name": "essai",
                "kind": "flag",
                "label": "Seulement dire à qui l’on écrirait",
                "flag_text": "--dry-run",
                "default": "on",
            },
        ],
        "risk": "sensitive",
        "confirmation": "Des familles vont recevoir un courriel.",
        "success": "C’est fait : la liste des familles est ci-dessous.",
        "position": 1,
    },
    {
        "title": "Compter les visites du jour",
        "purpose": "Compte lentement, une ligne par seconde : de quoi suivre une commande, ou l’arrêter.",
        "template": "python manage.py countvisits --seconds {duree}",
        "parameters": [
            {
                "name": "duree",
                "kind": "integer",
                "label": "Pendant combien de secondes",
                "default": "20",
                "minimum": "1",
                "maximum": "600",
            }
        ],
        "risk": "safe",
        "position": 2,
    },
)


class Command(BaseCommand):
    help = "Prépare la base de la démonstration ; DEMO_PASSWORD donne le mot de passe de ses personnes."

    def handle(self, **_options: object) -> None:
        if settings.ENVIRONMENT.mode != "demo":
            raise CommandError("Cette commande est réservée à la démonstration (OPSCONSOLE_MODE=demo).")
        password = os.environ.get("DEMO_PASSWORD", "")
        if not password:
            raise CommandError("DEMO_PASSWORD doit donner le mot de passe des personnes.")
        call_command("migrate", interactive=False, verbosity=0)
        is_new = not User.objects.exists()
        with transaction.atomic():
            bring_people_in(password)
            name_new_apps()
            if is_new:
                write_commands()


def bring_people_in(password: str) -> None:
    """Create who is missing; whoever has another password gets this one, which ends their sessions.

    It is the choice of whoever runs the demo on their own machine, so the rules for passwords do not apply to it.
    """
    encoded = make_password(password)
    for username, name, profile in PEOPLE:
        person, is_new = User.objects.get_or_create(
            username=username, defaults={"name": name, "profile": profile, "password": encoded}
        )
        if not is_new and not check_password(password, person.password):
            person.password = encoded
            person.save(update_fields=["password"])


def name_new_apps() -> None:
    """Give the apps that the console meets for the first time the names of the story; others keep what people chose."""
    known = set(App.objects.values_list("heroku_id", flat=True))
    note_apps(fleet())
    for position, (name, (label, environment)) in enumerate(APPS.items(), start=1):
        App.objects.filter(name=name).exclude(heroku_id__in=known).update(
            label=label, environment=environment, position=position
        )


def write_commands() -> None:
    """Two commands of the sample app that the simulated Heroku really runs."""
    now = timezone.now()
    ReadyCommand.objects.bulk_create(ReadyCommand(**values, changed_at=now) for values in COMMANDS)
