"""The commands that a Django app can use from the first day; they are an administrator's from then on."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from opsconsole.ops.commands import starter


def plant(apps: Any, _schema_editor: object) -> None:
    command = apps.get_model("ops", "Command")
    now = timezone.now()
    command.objects.bulk_create(command(**row, changed_at=now) for row in starter.rows())


class Migration(migrations.Migration):
    dependencies = [
        ("ops", "0005_runs_and_commands"),
    ]

    operations = [
        migrations.RunPython(plant, migrations.RunPython.noop, elidable=False),
    ]
