"""The sessions of those who are signed in: Django's own, read by a prepared question."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, QuerySet
from django.db.models.functions import Now

from okapi.base.given import Given
from okapi.base.prepared import Question


class SessionStore(db.SessionStore):
    """Every page begins with reading one, so that its statement is compiled once."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and its key given up, where it ended or never was."""
        found = _HELD.rows(key=self.session_key)
        if not found:
            self._session_key = None
            return {}
        held: dict[str, Any] = self.decode(found[0][0])
        return held


def _held() -> QuerySet[Session, Any]:
    rows: QuerySet[Session, Any] = Session.objects.filter(
        session_key=Given("key", CharField()), expire_date__gt=Now()
    )
    return rows.values_list("session_data")


_HELD = Question(_held)
