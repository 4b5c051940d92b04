"""Find entries by person and by app however long the journal is; protect the table again, which SQLite rebuilds for this."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from opsconsole.ops.journal import guard


def install(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    guard.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ops", "0002_journal_is_insert_only")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, install),
        migrations.AlterField("entry", "actor_id", models.CharField(max_length=40)),
        migrations.AlterField("entry", "app_id", models.CharField(max_length=40)),
        migrations.AddIndex(
            "entry", models.Index(fields=["actor_id", "at", "actor_name"], name="entry_by_actor")
        ),
        migrations.AddIndex("entry", models.Index(fields=["app_id", "at", "app_title"], name="entry_by_app")),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
