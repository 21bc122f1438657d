"""Addresses outside of any organisation."""

from __future__ import annotations

from django.urls import path

from okapi.web.people import entry, invitation, language, sign_in

app_name = "people"

urlpatterns = [
    path("", entry.entry, name="entry"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/demo", sign_in.sign_in_demo, name="sign_in_demo"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("invitation", invitation.invitation, name="invitation"),
    path("language", language.language, name="language"),
]
