"""The tables of a new database, made at once instead of through every migration ever written.

The result is the same (a test compares the two); it takes a tenth of the time.
"""

from __future__ import annotations


def make() -> None:
    """Make all tables in an empty database, and note every migration as applied.

    In one transaction: a process that is killed leaves the database empty.
    """
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    with connection.schema_editor(atomic=True) as editor:
        for model in apps.get_models():
            options = model._meta
            if options.managed and not options.proxy:
                editor.create_model(model)
        editor.create_model(MigrationRecorder.Migration)
        applied = MigrationRecorder.Migration
        applied.objects.bulk_create(
            applied(app=app, name=name) for app, name in sorted(MigrationLoader(None).graph.nodes)
        )
