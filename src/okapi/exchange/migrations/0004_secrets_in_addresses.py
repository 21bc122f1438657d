from typing import Any

from django.db import migrations, models

from okapi.base.addresses import hide, put_back
from okapi.base.sealing import seal, unseal


def take_apart(apps: Any, _: Any) -> None:
    """What is secret in an address is sealed, and leaves the address and what records tell of it."""
    for row in apps.get_model("exchange", "Source").objects.filter(kind="web"):
        shown, hidden = hide(row.place["url"])
        if hidden and row.archived_at is None:
            row.in_address = seal(row.pk, hidden)
        row.place = {**row.place, "url": shown}
        row.save(update_fields=["place", "in_address"])
    for row in apps.get_model("base", "Change").objects.filter(kind="source").iterator():
        before, after = _shown(row.before), _shown(row.after)
        if (before, after) != (row.before, row.after):
            row.before, row.after = before, after
            row.save(update_fields=["before", "after"])


def put_together(apps: Any, _: Any) -> None:
    """Addresses get their secrets back; records stay as they are."""
    for row in apps.get_model("exchange", "Source").objects.exclude(in_address=""):
        hidden = unseal(row.pk, row.in_address)
        row.place = {**row.place, "url": put_back(row.place["url"], hidden)}
        row.save(update_fields=["place"])


def _shown(fields: dict[str, Any]) -> dict[str, Any]:
    place = fields.get("place")
    if not isinstance(place, dict) or not place.get("url"):
        return fields
    return {**fields, "place": {**place, "url": hide(place["url"])[0]}}


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_goal_imports"), ("base", "0001_first_schema")]

    operations = [
        migrations.AddField("source", "in_address", models.TextField(blank=True, default="")),
        migrations.RunPython(take_apart, put_together, hints={"at_once": "nothing to change"}),
    ]
