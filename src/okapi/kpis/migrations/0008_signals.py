import django.db.models.deletion
import okapi.base.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0007_texts_of_formulas"),
        ("orgs", "0002_invitations_and_setup"),
    ]

    operations = [
        migrations.AddField(
            model_name="kpi",
            name="screens_ranges",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="ProcessMark",
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
                ("first", models.DateField()),
                ("last", models.DateField(null=True)),
                ("label", models.CharField(max_length=60)),
                ("last_label", models.CharField(blank=True, max_length=60)),
                ("reason", models.TextField()),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_reason", models.TextField(blank=True)),
                (
                    "kpi",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
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
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="orgs.person",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="orgs.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProcessLimits",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("basis", models.CharField(max_length=200)),
                ("is_current", models.BooleanField()),
                ("is_firm", models.BooleanField()),
                ("is_screened", models.BooleanField()),
                ("first", models.DateField(null=True)),
                ("last", models.DateField(null=True)),
                ("points", models.PositiveIntegerField()),
                ("season", models.PositiveSmallIntegerField(null=True)),
                ("mean", models.FloatField(null=True)),
                ("lower", models.FloatField(null=True)),
                ("upper", models.FloatField(null=True)),
                ("moving_range", models.FloatField(null=True)),
                ("range_limit", models.FloatField(null=True)),
                ("refusal", models.CharField(blank=True, max_length=60)),
                ("made_at", models.DateTimeField()),
                ("renewed_at", models.DateTimeField()),
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
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="limits",
                        to="kpis.slice",
                    ),
                ),
                (
                    "mark",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="limits",
                        to="kpis.processmark",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Signal",
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
                ("direction", models.CharField(max_length=4)),
                ("is_bad", models.BooleanField(null=True)),
                ("since", models.DateField()),
                ("since_last", models.DateField()),
                ("since_label", models.CharField(max_length=60)),
                ("until", models.DateField()),
                ("until_label", models.CharField(max_length=60)),
                ("points", models.PositiveIntegerField()),
                ("mean", models.FloatField()),
                ("change", models.FloatField()),
                ("strength", models.FloatField(null=True)),
                ("is_open", models.BooleanField(default=True)),
                ("found_at", models.DateTimeField()),
                ("renewed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "definition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kpis.definition",
                    ),
                ),
                (
                    "kpi",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signals",
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
                        related_name="signals",
                        to="kpis.slice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignalDue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kpi_id", models.UUIDField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="processmark",
            index=models.Index(fields=["organisation", "kpi", "first"], name="process_mark_kpi"),
        ),
        migrations.AddIndex(
            model_name="processlimits",
            index=models.Index(
                fields=["organisation", "slice", "is_current"], name="limits_current"
            ),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(fields=["organisation", "kpi", "since"], name="signal_kpi"),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(fields=["organisation", "is_open", "found_at"], name="signal_open"),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(fields=["organisation", "since"], name="signal_since"),
        ),
        migrations.AddIndex(
            model_name="signaldue",
            index=models.Index(fields=["organisation", "id"], name="signal_due_next"),
        ),
    ]
