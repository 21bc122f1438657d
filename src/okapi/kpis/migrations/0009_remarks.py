from typing import Any

import django.db.models.deletion
import okapi.base.fields
from django.db import migrations, models


def look_at_all(apps: Any, _: Any) -> None:
    """Let the ticker look at every KPI that has values: until now nobody looked at its data."""
    standing, due = apps.get_model("kpis", "KpiStanding"), apps.get_model("kpis", "SignalDue")
    rows = standing.objects.filter(last__isnull=False).values_list("organisation_id", "kpi_id")
    due.objects.bulk_create(
        (due(organisation_id=organisation, kpi_id=kpi) for organisation, kpi in rows.iterator()),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0008_signals"),
        ("orgs", "0002_invitations_and_setup"),
    ]

    operations = [
        migrations.AddField(
            model_name="catalogueentry",
            name="has_remarks",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="kpistanding",
            name="remarks",
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name="DataRemark",
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
                ("kind", models.CharField(max_length=12)),
                ("severity", models.PositiveSmallIntegerField()),
                ("state", models.CharField(max_length=10)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("first_label", models.CharField(max_length=60)),
                ("last_label", models.CharField(max_length=60)),
                ("points", models.PositiveIntegerField()),
                ("numbers", models.JSONField(default=dict)),
                ("evidence", models.CharField(max_length=64)),
                ("found_at", models.DateTimeField()),
                ("renewed_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="orgs.person",
                    ),
                ),
                (
                    "kpi",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="kpis.kpi",
                    ),
                ),
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
                    "slice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="kpis.slice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "kpi", "first"], name="remark_kpi"),
                    models.Index(
                        fields=["organisation", "state", "severity", "id"], name="remark_state"
                    ),
                ],
            },
        ),
        migrations.RunPython(
            look_at_all,
            migrations.RunPython.noop,
            hints={"at_once": "nothing to look at"},
        ),
    ]
