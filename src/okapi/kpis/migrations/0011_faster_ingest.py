# How many values there are is shown nowhere, and counting them took longer than all else of a
# standing. A slice belongs to one organisation, and few values of it end on the same day: an index
# of two numbers finds what was superseded, at half the cost of each revision.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0009_remarks")]

    operations = [
        migrations.RemoveField(model_name="kpistanding", name="measured"),
        migrations.RemoveIndex(model_name="measurementhistory", name="history_period"),
        migrations.AddIndex(
            model_name="measurementhistory",
            index=models.Index(fields=["slice", "last"], name="history_slice_last"),
        ),
    ]
