"""Addresses of KPIs and intakes within an organisation."""

from __future__ import annotations

from django.urls import path

from okapi.web.kpis import export, files, intake, kpi, listing, measure

app_name = "kpis"

urlpatterns = [
    path("kpis/", listing.kpis, name="list"),
    path("kpis.csv", export.kpis_csv, name="export"),
    path("kpis/<str:key>/", kpi.kpi, name="kpi"),
    path("kpis/<str:key>/measurements.csv", export.measurements_csv, name="measurements"),
    path("kpis/<str:key>/measure", measure.measure, name="measure"),
    path("measurements/file/", files.new, name="file_new"),
    path("measurements/file/<uuid:uid>/", files.file, name="file"),
    path("intakes/<uuid:uid>/", intake.intake, name="intake"),
    path("intakes/<uuid:uid>/undo", measure.undo, name="undo"),
]
