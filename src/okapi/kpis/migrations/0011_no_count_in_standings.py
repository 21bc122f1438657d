from django.db import migrations


class Migration(migrations.Migration):
    """How many values there are is nowhere shown, and counting them took longer than the rest."""

    dependencies = [("kpis", "0008_signals")]

    operations = [migrations.RemoveField(model_name="kpistanding", name="measured")]
