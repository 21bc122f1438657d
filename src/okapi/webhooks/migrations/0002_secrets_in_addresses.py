from typing import Any

from django.db import migrations, models

from okapi.base.addresses import hide, put_back
from okapi.base.sealing import seal, unseal


def take_apart(apps: Any, _: Any) -> None:
    """What is secret in an address is sealed, and leaves the address and what records tell of it."""
    for row in apps.get_model("webhooks", "Webhook").objects.all():
        row.url, hidden = hide(row.url)
        if hidden and row.archived_at is None:
            row.in_address = seal(row.pk, hidden)
        row.save(update_fields=["url", "in_address"])
    for row in apps.get_model("base", "Change").objects.filter(kind="webhook").iterator():
        before, after = _shown(row.before), _shown(row.after)
        if (before, after) != (row.before, row.after):
            row.before, row.after = before, after
            row.save(update_fields=["before", "after"])


def put_together(apps: Any, _: Any) -> None:
    """Addresses get their secrets back; records stay as they are."""
    for row in apps.get_model("webhooks", "Webhook").objects.exclude(in_address=""):
        row.url = put_back(row.url, unseal(row.pk, row.in_address))
        row.save(update_fields=["url"])


def _shown(fields: dict[str, Any]) -> dict[str, Any]:
    url = fields.get("url")
    return {**fields, "url": hide(url)[0]} if isinstance(url, str) and url else fields


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_first_schema"), ("base", "0001_first_schema")]

    operations = [
        migrations.AddField("webhook", "in_address", models.TextField(blank=True, default="")),
        migrations.RunPython(take_apart, put_together, hints={"at_once": "nothing to change"}),
    ]
