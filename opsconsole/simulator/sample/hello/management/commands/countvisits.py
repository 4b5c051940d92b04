"""Count slowly, to have something to follow."""

import time

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Counts the visits of the day, one line a second."

    def add_arguments(self, parser):
        parser.add_argument("--seconds", type=int, default=20, help="how long to count (default: 20)")

    def handle(self, *args, seconds=20, **options):
        for number in range(1, seconds + 1):
            self.stdout.write(f"{number * 37} visits at minute {number}")
            self.stdout.flush()
            time.sleep(1)
