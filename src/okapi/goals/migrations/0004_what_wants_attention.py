"""Of each objective how many key results have a mismatch, and whether one moves a KPI.

Lists count both; what stands already is counted here.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce


def count(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """As the standings count them."""
    key_results, moves, objectives = (
        apps.get_model("goals", name).objects.using(schema_editor.connection.alias)
        for name in ("KeyResultStanding", "Moves", "ObjectiveStanding")
    )
    here = {"key_result__objective_id": OuterRef("pk"), "key_result__archived_at__isnull": True}
    unsure = key_results.filter(**here, is_mismatch=True).order_by()
    counted = unsure.values("key_result__objective_id").annotate(n=Count("pk")).values("n")
    objectives.update(
        mismatches=Coalesce(Subquery(counted), 0),
        has_kpi=Exists(moves.filter(**here)),
    )


class Migration(migrations.Migration):
    dependencies = [("goals", "0003_new_in_a_team")]

    operations = [
        migrations.AddField(
            model_name="objectivestanding",
            name="mismatches",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="objectivestanding",
            name="has_kpi",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(
            count, migrations.RunPython.noop, hints={"at_once": "nothing to change"}
        ),
    ]
