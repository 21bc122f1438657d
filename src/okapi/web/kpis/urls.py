"""Addresses of KPIs and intakes within an organisation."""

from __future__ import annotations

from django.urls import path

from okapi.web.kpis import export, formula, intake, kpi, listing, measure

app_name = "kpis"

urlpatterns = [
    path("kpis/", listing.kpis, name="list"),
    path("kpis.csv", export.kpis_csv, name="export"),
    path("kpis/<str:key>/", kpi.kpi, name="kpi"),
    path("kpis/<str:key>/measurements.csv", export.measurements_csv, name="measurements"),
    path("kpis/<str:key>/measure", measure.measure, name="measure"),
    path("kpis/<str:key>/formula", formula.edit, name="formula"),
    path("formulas/names", formula.names, name="formula_names"),
    path("formulas/preview", formula.preview_of, name="formula_preview"),
    path("intakes/<uuid:uid>/", intake.intake, name="intake"),
    path("intakes/<uuid:uid>/undo", measure.undo, name="undo"),
]
