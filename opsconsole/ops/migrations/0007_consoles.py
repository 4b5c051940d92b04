"""Consoles, what they print, and phrases ready for the first day; those are an administrator's from then on."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

PHRASES = {
    "python": (
        "Compter les utilisateurs : "
        "__import__('django.contrib.auth').contrib.auth.get_user_model().objects.count()"
    ),
    "shell": "Voir les fichiers : ls -l\nVoir les migrations : python manage.py showmigrations",
}


def plant(apps: Any, _schema_editor: object) -> None:
    phrases = apps.get_model("ops", "Phrases")
    phrases.objects.bulk_create(phrases(kind=kind, text=text) for kind, text in PHRASES.items())


class Migration(migrations.Migration):
    dependencies = [
        ("ops", "0006_starter_commands"),
    ]

    operations = [
        migrations.CreateModel(
            name="Console",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="console",
                        serialize=False,
                        to="ops.run",
                    ),
                ),
                ("kind", models.CharField(max_length=50)),
                ("purpose", models.CharField(blank=True, max_length=200)),
                ("columns", models.PositiveSmallIntegerField()),
                ("rows", models.PositiveSmallIntegerField()),
                ("typed_at", models.DateTimeField(null=True)),
                ("recorded_bytes", models.PositiveIntegerField(default=0)),
                ("is_cut", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "console",
                "verbose_name_plural": "consoles",
            },
        ),
        migrations.CreateModel(
            name="Phrases",
            fields=[
                ("kind", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("text", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "phrases prêtes",
                "verbose_name_plural": "phrases prêtes",
            },
        ),
        migrations.AddField(
            model_name="command",
            name="interactive",
            field=models.BooleanField(default=False, verbose_name="s’ouvre dans une console"),
        ),
        migrations.AddField(
            model_name="run",
            name="sort",
            field=models.CharField(
                choices=[("command", "Command"), ("console", "Console")], default="command", max_length=10
            ),
        ),
        migrations.CreateModel(
            name="Recorded",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("events", models.TextField()),
                (
                    "console",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recorded", to="ops.console"
                    ),
                ),
            ],
            options={
                "verbose_name": "enregistrement",
                "verbose_name_plural": "enregistrements",
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(fields=("console", "number"), name="one_recorded_of_a_number")
                ],
            },
        ),
        migrations.RunPython(plant, migrations.RunPython.noop, elidable=False),
    ]
