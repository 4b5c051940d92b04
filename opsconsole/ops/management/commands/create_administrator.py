"""`manage.py create_administrator`: print the link by which the first administrator comes in."""

from argparse import ArgumentParser

from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from opsconsole.ops.access import invitations
from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.access.people import has_active_administrator

AUTHOR = "create_administrator"


class Command(BaseCommand):
    help = (
        "Affiche un lien, valable une fois et 24 heures, par lequel l’administrateur entre dans la console."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", nargs="?", default="", help="son identifiant, sinon il le choisira")
        parser.add_argument("--name", default="", help="le nom que les autres verront")
        parser.add_argument("--base-url", default="", help="l’adresse de la console, https://…")
        parser.add_argument("--another", action="store_true", help="même s’il y a déjà un administrateur")

    def handle(self, *, username: str, name: str, base_url: str, another: bool, **_options: object) -> None:
        if has_active_administrator() and not another:
            raise CommandError(
                "Il y a déjà un administrateur : ajoutez --another si vous en voulez vraiment un autre."
            )
        _check(username)
        now = timezone.now()
        invitations.revoke(created_by=AUTHOR, now=now)
        token = invitations.invite(
            Profile.ADMINISTRATOR, username=username, name=name, created_by=AUTHOR, now=now
        )
        address = (base_url or _address_of_console()).rstrip("/")
        self.stdout.write("Ce lien est valable une seule fois, pendant 24 heures :")
        self.stdout.write(address + reverse("invitation", args=[token]))
        if not address:
            self.stdout.write("Mettez devant l’adresse de votre console (ou donnez-la avec --base-url).")


def _check(username: str) -> None:
    if not username:
        return
    username = User.normalize_username(username)
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError as error:
        raise CommandError(f"L’identifiant « {username} » ne convient pas : {error.messages[0]}") from error
    if User.objects.filter(username=username).exists():
        raise CommandError(f"L’identifiant « {username} » est déjà pris.")


def _address_of_console() -> str:
    """Return https:// and the first full name of ALLOWED_HOSTS, "" when it cannot be known."""
    names = [host for host in settings.ALLOWED_HOSTS if host != "*" and not host.startswith(".")]
    return f"https://{names[0]}" if names and settings.ENVIRONMENT.production else ""
