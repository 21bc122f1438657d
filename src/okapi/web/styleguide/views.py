"""The one page of the style guide."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okapi.web.styleguide import charts, forms, numbers, pieces
from okapi.wording import LANGUAGES, current_language, speaking


@require_safe
@login_not_required
def guide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, with invented data.

    `?language=` and `?theme=` show it as it is in the other ones.
    """
    wanted = request.GET.get("language", "")
    language = wanted if wanted in LANGUAGES else current_language()
    theme = request.GET.get("theme") or request.COOKIES.get("okapi_theme", "")
    with speaking(language):
        context = {
            "frame": pieces.frame(language, theme if theme in {"light", "dark"} else ""),
            "marks": pieces.marks(),
            "numbers": numbers.numbers(language),
            "rows": numbers.rows(language),
            "chart": charts.charts(language),
            "pieces": pieces.pieces(language),
            "forms": forms.forms(language),
            "colours": pieces.COLOURS,
        }
        return render(request, "styleguide/guide.html", context)
