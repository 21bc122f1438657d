import django.db.models.deletion
import okapi.base.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_sources"),
        ("orgs", "0002_invitations_and_setup"),
    ]

    operations = [
        migrations.CreateModel(
            name="GoalImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=okapi.base.fields.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("door", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("form", models.CharField(max_length=20)),
                ("file_name", models.CharField(blank=True, max_length=300)),
                ("file_hash", models.CharField(max_length=64)),
                ("counts", models.JSONField(default=dict)),
                ("changes", models.JSONField(default=list)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="orgs.person",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="orgs.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "-at"], name="goal_import_at")],
            },
        ),
    ]
