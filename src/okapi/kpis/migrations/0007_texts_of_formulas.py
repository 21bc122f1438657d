from typing import Any

from django.db import migrations


def formulas_to_texts(apps: Any, _: Any) -> None:
    """Until now a formula was a text for people. It becomes a part of the definition's text."""
    definition = apps.get_model("kpis", "Definition")
    for row in definition.objects.exclude(formula="").iterator(chunk_size=500):
        row.text = "\n".join(part for part in (row.formula, row.text) if part)
        row.formula = ""
        row.save(update_fields=["text", "formula"])


class Migration(migrations.Migration):
    dependencies = [("kpis", "0006_formulas")]

    operations = [
        migrations.RunPython(
            formulas_to_texts,
            migrations.RunPython.noop,
            hints={"at_once": "nothing to change"},
        ),
    ]
