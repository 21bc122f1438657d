# No question goes by what superseded a value: its index only made revisions slower.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0002_unchecked_references"),
    ]

    operations = [
        migrations.AlterField(
            model_name="measurementhistory",
            name="superseded_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superseded",
                to="kpis.intake",
            ),
        ),
    ]
