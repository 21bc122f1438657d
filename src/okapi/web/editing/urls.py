"""Addresses that all forms use."""

from __future__ import annotations

from django.urls import path

from okapi.web.editing import find, undo, undo_several

app_name = "editing"

urlpatterns = [
    path("changes/<str:number>/undo", undo.undo, name="undo"),
    path("changes/<str:numbers>/undo-all", undo_several.undo_several, name="undo_several"),
    path("find/people", find.people, name="people"),
    path("find/kpis", find.kpis, name="kpis"),
    path("find/goals", find.goals, name="goals"),
]
