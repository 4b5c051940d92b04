"""The table of families, and three of them."""

from django.db import migrations, models


def add_families(apps, _schema_editor):
    family = apps.get_model("hello", "Family")
    for name, is_complete in (("Martin", True), ("Nguyen", False), ("Diallo", False)):
        family.objects.create(name=name, email=f"{name.lower()}@exemple.fr", is_complete=is_complete)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Family",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("email", models.EmailField(max_length=254)),
                ("is_complete", models.BooleanField(default=False)),
            ],
        ),
        migrations.RunPython(add_families, migrations.RunPython.noop),
    ]
