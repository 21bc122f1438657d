"""Answers that a client keeps: with an entity tag, and nothing where it has them already."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags


def tagged(request: HttpRequest, body: str) -> HttpResponse:
    """JSON with its tag; 304 where the client names it (`If-None-Match`)."""
    data = body.encode()
    tag = f'"{hashlib.blake2b(data, digest_size=16).hexdigest()}"'
    known = {
        one.removeprefix("W/") for one in parse_etags(request.headers.get("If-None-Match", ""))
    }
    response: HttpResponse
    if tag in known or "*" in known:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(data, content_type="application/json; charset=utf-8")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization"
    return response
