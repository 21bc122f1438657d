"""An index by which what is new in a team is found without its earlier objectives."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("goals", "0002_branch_members")]

    operations = [
        migrations.AddIndex(
            model_name="objective",
            index=models.Index(fields=["team", "id"], name="objective_team_new"),
        ),
    ]
