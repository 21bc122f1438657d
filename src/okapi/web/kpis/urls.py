"""Addresses of KPIs and intakes within an organisation."""

from __future__ import annotations

from django.urls import path

from okapi.web.kpis import (
    bulk,
    define,
    edit_kpi,
    export,
    files,
    formula,
    grid,
    health,
    intake,
    kpi,
    life,
    listing,
    measure,
    process,
    readings,
    remarks,
    targets,
    why,
)

app_name = "kpis"

urlpatterns = [
    path("kpis/", listing.kpis, name="list"),
    path("kpis.csv", export.kpis_csv, name="export"),
    path("kpis/health", health.page, name="health"),
    path("kpis/health.csv", health.health_csv, name="health_export"),
    path("kpis/grid", grid.grid, name="grid"),
    path("kpis/bulk", bulk.bulk, name="bulk"),
    path("kpis/new", edit_kpi.create, name="new"),
    path("kpis/proposed", life.proposed, name="proposed"),
    path("kpis/retired", life.retired, name="retired"),
    path("kpis/<str:key>/", kpi.kpi, name="kpi"),
    path("kpis/<str:key>/edit", edit_kpi.edit, name="edit"),
    path("kpis/<str:key>/definition", define.define, name="define"),
    path("kpis/<str:key>/targets", targets.targets, name="targets"),
    path("kpis/<str:key>/adopt", life.adopt, name="adopt"),
    path("kpis/<str:key>/retire", life.retire, name="retire"),
    path("kpis/<str:key>/revive", life.revive, name="revive"),
    path("kpis/<str:key>/measurements.csv", export.measurements_csv, name="measurements"),
    path("kpis/<str:key>/why", why.why, name="why"),
    path("kpis/<str:key>/process", process.process, name="process"),
    path("kpis/<str:key>/process/<uuid:mark>/remove", process.remove, name="process_remove"),
    path("kpis/<str:key>/remarks/<uuid:remark>/accept", remarks.accept, name="remark_accept"),
    path("kpis/<str:key>/remarks/<uuid:remark>/reopen", remarks.reopen, name="remark_reopen"),
    path("kpis/<str:key>/measure", measure.measure, name="measure"),
    path("kpis/<str:key>/readings", readings.readings, name="readings"),
    path("measurements/file/", files.new, name="file_new"),
    path("measurements/file/<uuid:uid>/", files.file, name="file"),
    path("formulas/names", formula.names, name="formula_names"),
    path("formulas/preview", formula.preview_of, name="formula_preview"),
    path("intakes/<uuid:uid>/", intake.intake, name="intake"),
    path("intakes/<uuid:uid>/undo", measure.undo, name="undo"),
]
