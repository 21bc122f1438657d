"""Query parameters that an operation does not have are refused: a filter misspelled finds all."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import MethodType
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from ninja.operation import Operation

from okapi.api.problems import problem
from okapi.core.errors import Refusals, Refused
from okapi.core.formulas.checking import near

_LONGEST = 60
Run = Callable[..., HttpResponseBase]


def strict(run: MethodType) -> Run:
    """An operation's `run` that refuses parameters it does not know, before anything is done."""
    operation = run.__self__
    if not isinstance(operation, Operation):
        raise TypeError("only an operation's own `run` can be made strict")
    known = known_to(operation)

    @wraps(run)
    def checked(request: HttpRequest, **path: Any) -> HttpResponseBase:
        unknown = [name for name in request.GET if name not in known]
        if unknown:
            return problem(Refusals([_refused(name, known) for name in unknown]), status=422)
        answer: HttpResponseBase = run(request, **path)
        return answer

    return checked


def known_to(operation: Operation) -> tuple[str, ...]:
    """The names of its query parameters, as clients write them."""
    queries = (one for one in operation.models if one.__ninja_param_source__ == "query")
    return tuple(name for one in queries for name in one.__ninja_flatten_map__)


def _refused(name: str, known: tuple[str, ...]) -> Refused:
    told = {"field": name[:_LONGEST], "found": name[:_LONGEST], "expected": ", ".join(known)}
    if not known:
        return Refused("request.no_parameters", **told)
    nearest = near(name[:_LONGEST], known, most=1)
    if nearest:
        return Refused("request.parameter_near", **told, nearest=nearest[0])
    return Refused("request.parameter_unknown", **told)
