# Forecasts as they would have been made on earlier days, and which slices have them.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0011_faster_ingest")]

    operations = [
        migrations.AddField(
            model_name="kpiforecast",
            name="is_looked_back",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="kpiforecasthistory",
            name="is_rebuilt",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
