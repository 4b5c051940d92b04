"""`manage.py rotate_token_keys`: encrypt the stored token under the first key of TOKEN_ENCRYPTION_KEYS."""

from django.core.management.base import BaseCommand, CommandError

from opsconsole.ops.fleet import token
from opsconsole.ops.fleet.vault import UnreadableError


class Command(BaseCommand):
    help = "Chiffre à nouveau le jeton sous la première clé ; les suivantes peuvent ensuite être retirées."

    def handle(self, **_options: object) -> None:
        try:
            done = token.seal_again()
        except UnreadableError as error:
            raise CommandError(
                "Aucune clé n’ouvre le jeton enregistré : il est à ressaisir dans la console."
            ) from error
        self.stdout.write(
            "Le jeton est chiffré sous la première clé." if done else "Aucun jeton n’est enregistré."
        )
