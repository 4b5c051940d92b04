"""People limited to some apps, what people call apps and process types, the stored token, the rate of the euro."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ops", "0003_journal_by_actor_and_app"),
    ]

    operations = [
        migrations.AddField(
            model_name="app",
            name="former_name",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="app",
            name="shown",
            field=models.BooleanField(default=True, verbose_name="montré"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="apps",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="author_id",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="user",
            name="limited",
            field=models.BooleanField(default=False, verbose_name="limité à certains sites"),
        ),
        migrations.AlterField(
            model_name="changeinprogress",
            name="action",
            field=models.CharField(max_length=30),
        ),
        migrations.AlterField(
            model_name="entry",
            name="action",
            field=models.CharField(max_length=30),
        ),
        migrations.CreateModel(
            name="PriceSettings",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "euros_per_dollar",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=8, null=True),
                ),
                ("changed_at", models.DateTimeField(null=True)),
                ("changed_by", models.CharField(blank=True, max_length=150)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="only_one_price_settings")
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredToken",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("secret", models.TextField()),
                ("account_id", models.CharField(max_length=40)),
                ("account_email", models.CharField(max_length=254)),
                ("scopes", models.JSONField(default=list)),
                ("stored_at", models.DateTimeField()),
                ("stored_by", models.CharField(max_length=150)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="only_one_token")],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("app_id", models.UUIDField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "app_id"), name="one_grant_per_app")],
            },
        ),
        migrations.CreateModel(
            name="ProcessType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=128, verbose_name="type de processus")),
                ("label", models.CharField(blank=True, max_length=60, verbose_name="nom affiché")),
                ("position", models.PositiveSmallIntegerField(default=100)),
                ("protected", models.BooleanField(default=False, verbose_name="protégé")),
                (
                    "app",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="process_types",
                        to="ops.app",
                    ),
                ),
            ],
            options={
                "verbose_name": "type de processus",
                "verbose_name_plural": "types de processus",
                "ordering": ("position", "name"),
                "constraints": [
                    models.UniqueConstraint(fields=("app", "name"), name="one_row_per_process_type")
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="app",
            options={
                "ordering": ("position", "name"),
                "verbose_name": "site",
                "verbose_name_plural": "sites",
            },
        ),
        migrations.AlterModelOptions(
            name="changeinprogress",
            options={"verbose_name": "changement en cours", "verbose_name_plural": "changements en cours"},
        ),
        migrations.AlterModelOptions(
            name="entry",
            options={
                "ordering": ("-at", "id"),
                "verbose_name": "geste du journal",
                "verbose_name_plural": "journal",
            },
        ),
        migrations.AlterModelOptions(
            name="invitation",
            options={"verbose_name": "invitation", "verbose_name_plural": "invitations"},
        ),
        migrations.AlterModelOptions(
            name="outcome",
            options={"ordering": ("id",), "verbose_name": "résultat", "verbose_name_plural": "résultats"},
        ),
        migrations.AlterModelOptions(
            name="rememberedtype",
            options={
                "ordering": ("process_type",),
                "verbose_name": "taille gardée en mémoire",
                "verbose_name_plural": "tailles gardées en mémoire",
            },
        ),
        migrations.AlterModelOptions(
            name="sleep",
            options={"verbose_name": "veille", "verbose_name_plural": "veilles"},
        ),
        migrations.AlterModelOptions(
            name="user",
            options={
                "ordering": ["name", "username"],
                "verbose_name": "personne",
                "verbose_name_plural": "personnes",
            },
        ),
    ]
