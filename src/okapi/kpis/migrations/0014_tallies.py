# How many KPIs of a team stand how is kept, and no longer counted whenever a page is looked at.

from collections import Counter, defaultdict
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import okapi.base.fields

# In the order of `queries.rows.ATTENTION`.
PLACES = ("signal", "red", "stale", "amber", "no_target", "no_data", "green")
KINDS = ("missing", "sparse", "twice", "repeated", "scale", "sign", "frozen")
BATCH = 500


def count_all(apps: Any, _: Any) -> None:
    """As `standings.entries` has it."""
    entries = apps.get_model("kpis", "CatalogueEntry").objects
    _count_remarks(apps.get_model("kpis", "DataRemark").objects, entries)
    tallies: dict[tuple[Any, Any], Counter[str]] = defaultdict(Counter)
    rows = entries.filter(is_public=True).values_list(
        "organisation_id", "team_id", "place", "is_due", "remarks"
    )
    for organisation, team, place, is_due, remarks in rows.iterator():
        tallies[organisation, team].update({PLACES[place]: 1, "due": int(is_due), **remarks})
    tally = apps.get_model("kpis", "TeamTally")
    tally.objects.bulk_create(
        (
            tally(organisation_id=organisation, team_id=team, **counts)
            for (organisation, team), counts in tallies.items()
        ),
        batch_size=BATCH,
    )


def _count_remarks(remarks: Any, entries: Any) -> None:
    found: dict[Any, dict[str, int]] = defaultdict(dict)
    counted = remarks.filter(state="open").order_by().values_list("kpi_id", "kind")
    for kpi, kind, n in counted.annotate(n=models.Count("pk")):
        found[kpi][kind] = n
    changed = []
    for entry in entries.filter(kpi__remarks__state="open").distinct().only("pk").iterator():
        entry.remarks = found[entry.pk]
        changed.append(entry)
    entries.bulk_update(changed, ["remarks"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0013_forecasts_made_afterwards"),
        ("orgs", "0002_invitations_and_setup"),
    ]

    operations = [
        migrations.AddField(
            model_name="catalogueentry", name="remarks", field=models.JSONField(default=dict)
        ),
        migrations.CreateModel(
            name="TeamTally",
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
                *((name, models.IntegerField(default=0)) for name in (*PLACES, "due", *KINDS)),
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
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.team",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "team"], name="tally_team")],
            },
        ),
        migrations.RunPython(
            count_all, migrations.RunPython.noop, hints={"at_once": "nothing to count"}
        ),
    ]
