import django.db.models.deletion
from django.db import migrations, models

# As `standings.entries` has it; the numbers are those of `queries.rows.ATTENTION`.
_FILL = """
INSERT INTO kpis_catalogueentry
  (kpi_id, organisation_id, name, team_id, pillar_id, is_public, place, is_due)
SELECT kpi.id, kpi.organisation_id, kpi.name, kpi.team_id, kpi.pillar_id,
  kpi.visibility = 'everyone',
  CASE WHEN stands.stale_on <= CURRENT_DATE THEN 2
    WHEN stands.signal IS NOT NULL THEN 0
    WHEN stands.status = 'red' THEN 1
    WHEN stands.status = 'amber' THEN 3
    WHEN stands.status = 'no_target' THEN 4
    WHEN stands.status = 'green' THEN 6
    WHEN stands.last IS NOT NULL THEN 4
    ELSE 5 END,
  COALESCE(stands.due_on <= CURRENT_DATE AND NOT COALESCE(stands.stale_on <= CURRENT_DATE, false), false)
FROM kpis_kpi kpi LEFT JOIN kpis_kpistanding stands ON stands.kpi_id = kpi.id
WHERE kpi.archived_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0004_forecasts"),
        ("orgs", "0001_first_schema"),
    ]

    operations = [
        migrations.CreateModel(
            name="CatalogueEntry",
            fields=[
                (
                    "kpi",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="entry",
                        serialize=False,
                        to="kpis.kpi",
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("is_due", models.BooleanField()),
                ("is_public", models.BooleanField()),
                ("name", models.CharField(max_length=300)),
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
                    "pillar",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="orgs.pillar",
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
                "indexes": [
                    models.Index(
                        fields=["organisation", "is_public", "place", "is_due"],
                        name="entry_counts",
                    ),
                    models.Index(
                        fields=["organisation", "is_public", "team", "place", "is_due"],
                        name="entry_team_counts",
                    ),
                    models.Index(
                        fields=["organisation", "place", "name", "kpi", "is_public"],
                        name="entry_attention",
                    ),
                    models.Index(fields=["organisation", "name", "kpi"], name="entry_name"),
                    models.Index(
                        fields=["organisation", "team", "place", "name"], name="entry_team"
                    ),
                    models.Index(
                        fields=["organisation", "pillar", "place", "name"], name="entry_pillar"
                    ),
                ]
            },
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop, hints={"at_once": "nothing to fill"}),
    ]
