"""Addresses of goals within an organisation."""

from __future__ import annotations

from django.urls import path

from okapi.web.goals import (
    adjust_key_result,
    bulk,
    comments,
    edit_key_result,
    edit_objective,
    export,
    files,
    lifecycle,
    links,
    objective,
    place,
)

app_name = "goals"

urlpatterns = [
    path("goals/", place.goals, name="list"),
    path("goals.csv", export.goals_csv, name="export"),
    path("goals.xlsx", export.goals_workbook, name="workbook"),
    path("goals/file", files.new, name="file_new"),
    path("goals/file/<uuid:uid>", files.file, name="file"),
    path("goals/imports/<uuid:uid>", files.imported, name="import"),
    path("goals/bulk", bulk.bulk, name="bulk"),
    path("goals/new", edit_objective.create, name="new"),
    path("goals/<str:key>/edit", edit_objective.edit, name="edit"),
    path("goals/<str:key>/links", links.links, name="links"),
    path("goals/<str:key>/agree", lifecycle.agree, name="agree"),
    path("goals/<str:key>/cancel", lifecycle.cancel, name="cancel"),
    path("goals/<str:key>/close", lifecycle.close, name="close"),
    path("goals/<str:key>/archive", lifecycle.archive, name="archive"),
    path("goals/<str:key>/key-results/new", edit_key_result.add, name="add_key_result"),
    path("key-results/<str:key>/edit", edit_key_result.edit, name="edit_key_result"),
    path("key-results/<str:key>/adjust", adjust_key_result.adjust, name="adjust_key_result"),
    path("key-results/<str:key>/remove", adjust_key_result.remove, name="remove_key_result"),
    path("goals/<str:key>/", objective.objective, name="objective"),
    path("goals/<str:key>/comments", comments.add, name="comment"),
    path("goals/<str:key>/comments/<uuid:comment>", comments.change, name="change_comment"),
]
