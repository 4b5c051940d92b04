"""`manage.py seed_demo`: bring a demo's database up to date, with its people and the names of its apps."""

import os

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from opsconsole.ops.access.models import Profile, User
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


class Command(BaseCommand):
    help = "Prépare la base de la démonstration ; DEMO_PASSWORD donne le mot de passe de ses personnes."

    def handle(self, **_options: object) -> None:
        if settings.ENVIRONMENT.mode != "demo":
            raise CommandError("Cette commande est réservée à la démonstration (OPSCONSOLE_MODE=demo).")
        password = os.environ.get("DEMO_PASSWORD", "")
        if not password:
            raise CommandError("DEMO_PASSWORD doit donner le mot de passe des personnes.")
        call_command("migrate", interactive=False, verbosity=0)
        with transaction.atomic():
            bring_people_in(password)
            name_new_apps()


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
