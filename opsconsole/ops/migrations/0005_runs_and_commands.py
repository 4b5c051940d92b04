"""What is launched beside the apps: the catalogue of ready commands, their runs, and what these printed."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ops", "0004_the_daily_console"),
    ]

    operations = [
        migrations.CreateModel(
            name="Command",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("key", models.CharField(blank=True, max_length=40)),
                ("title", models.CharField(max_length=120, verbose_name="nom")),
                ("purpose", models.TextField(max_length=600, verbose_name="ce qu’elle fait")),
                ("when", models.TextField(blank=True, max_length=600, verbose_name="quand s’en servir")),
                ("template", models.TextField(max_length=4000, verbose_name="ligne de commande")),
                ("parameters", models.JSONField(default=list)),
                ("size", models.CharField(blank=True, max_length=40, verbose_name="taille")),
                ("time_to_live", models.PositiveIntegerField(default=3600, verbose_name="durée au plus")),
                (
                    "risk",
                    models.CharField(
                        choices=[
                            ("safe", "Sans danger"),
                            ("sensitive", "Sensible"),
                            ("dangerous", "Dangereuse"),
                        ],
                        default="sensitive",
                        max_length=10,
                        verbose_name="risque",
                    ),
                ),
                (
                    "profile",
                    models.CharField(
                        choices=[
                            ("reader", "Lecteur"),
                            ("operator", "Opérateur"),
                            ("manager", "Responsable"),
                            ("administrator", "Administrateur"),
                        ],
                        default="operator",
                        max_length=30,
                        verbose_name="qui peut la lancer",
                    ),
                ),
                ("apps", models.JSONField(blank=True, null=True)),
                ("alone", models.BooleanField(default=True, verbose_name="une à la fois")),
                (
                    "confirmation",
                    models.TextField(blank=True, max_length=600, verbose_name="avant de lancer"),
                ),
                ("success", models.TextField(blank=True, max_length=600, verbose_name="quand tout va bien")),
                ("failure", models.TextField(blank=True, max_length=600, verbose_name="quand elle échoue")),
                ("failures", models.JSONField(default=dict)),
                ("enabled", models.BooleanField(default=True, verbose_name="proposée")),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=100, verbose_name="place dans la liste"),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(blank=True, max_length=150)),
            ],
            options={
                "verbose_name": "commande",
                "verbose_name_plural": "commandes",
                "ordering": ("position", "title"),
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("key", models.UUIDField(unique=True)),
                ("entry_id", models.UUIDField(unique=True)),
                ("app_id", models.UUIDField()),
                ("app_name", models.CharField(max_length=40)),
                ("app_title", models.CharField(max_length=80)),
                ("actor_id", models.CharField(max_length=40)),
                ("actor_name", models.CharField(max_length=150)),
                ("command_id", models.CharField(blank=True, db_index=True, max_length=40)),
                ("command", models.JSONField(default=dict)),
                ("values", models.JSONField(default=dict)),
                ("title", models.CharField(max_length=120)),
                ("line", models.TextField()),
                ("tag", models.CharField(max_length=40, unique=True)),
                ("size", models.CharField(blank=True, max_length=40)),
                ("time_to_live", models.PositiveIntegerField()),
                ("alone", models.CharField(max_length=120, null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Préparation"),
                            ("starting", "Préparation"),
                            ("running", "En cours"),
                            ("done", "Terminée"),
                            ("failed", "Échouée"),
                            ("stopped", "Arrêtée"),
                            ("expired", "Expirée"),
                            ("lost", "Perdue"),
                            ("unknown", "Inconnue"),
                            ("refused", "Non lancée"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("detail", models.JSONField(default=dict)),
                ("dyno_name", models.CharField(blank=True, max_length=200)),
                ("exit_status", models.PositiveSmallIntegerField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("launched_at", models.DateTimeField(null=True)),
                ("up_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("lines", models.PositiveIntegerField(default=0)),
                ("bytes", models.PositiveBigIntegerField(default=0)),
                ("left_out", models.PositiveIntegerField(default=0)),
                ("stop_entry_id", models.UUIDField(null=True)),
                ("stop_by", models.CharField(blank=True, max_length=150)),
                ("stop_asked_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField()),
                ("owner", models.CharField(blank=True, max_length=40)),
                ("lease_until", models.DateTimeField(db_index=True, null=True)),
            ],
            options={
                "verbose_name": "exécution",
                "verbose_name_plural": "exécutions",
                "indexes": [
                    models.Index(fields=["app_id", "-asked_at"], name="run_by_app"),
                    models.Index(fields=["app_id", "changed_at"], name="run_by_change"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("lines", models.JSONField()),
                ("count", models.PositiveIntegerField()),
                ("bytes", models.PositiveIntegerField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pieces", to="ops.run"
                    ),
                ),
            ],
            options={
                "verbose_name": "sortie",
                "verbose_name_plural": "sorties",
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(fields=("run", "number"), name="one_piece_of_a_number")
                ],
            },
        ),
    ]
