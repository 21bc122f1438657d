"""Addresses of search within an organisation."""

from __future__ import annotations

from django.urls import path

from okapi.web.search import palette, search

app_name = "search"

urlpatterns = [
    path("search/", search.search, name="search"),
    path("palette", palette.palette, name="palette"),
]
