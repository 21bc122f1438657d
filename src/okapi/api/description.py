"""The description of the API: what ninja makes of the code, with what it cannot know."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from okapi.wording import codes, current_language, has, say

_MORE = re.compile("[；，：（]")
"""Where the title of a Chinese phrase ends and what is to be known besides begins."""
_NO_CODE = re.compile(r"[^a-z]+")
_TEXT = {"schema": {"type": "string"}}
_TAGGED = {"description": "the version of the answer", **_TEXT}
_SEEN = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    **_TEXT,
}
_MEANT = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    **_TEXT,
}
_PLACED = {"description": "where the new thing is", "schema": {"type": "string"}}
_UNPLACED = frozenset({"add_comment", "create_mark", "create_fiscal_year", "invite"})
"""What they make has no address of its own, or several."""
_LATER = {"description": "seconds to wait", "schema": {"type": "integer"}}


class _Shapes(OpenAPISchema):
    """ninja's schema, which makes each answer's shape once: most operations are refused alike."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        self._made: dict[Any, tuple[dict[str, Any], bool]] = {}
        super().__init__(api, path_prefix)

    def _create_schema_from_model(self, model: Any, *options: Any, **named: Any) -> Any:
        """As ninja; a wrapper around an answer is known by what it wraps."""
        wrapped = model.model_fields.get("response")
        key = (wrapped and wrapped.annotation, options, tuple(sorted(named.items())))
        if wrapped is None or key not in self._made:
            made = super()._create_schema_from_model(model, *options, **named)
            self._made[key] = made
            return made if wrapped is None else copy.deepcopy(made)
        return copy.deepcopy(self._made[key])


class Described(NinjaAPI):
    """The API with a description that says all of it, in the language that is asked for."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the function: short, and a good one for a client's."""
        return str(operation.view_func.__name__)

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """As ninja makes it, once for each language, with titles, headers and problem JSON."""
        kept = self.__dict__.setdefault("_told", {})
        key = (current_language(), path_prefix or "")
        if key not in kept:
            root = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
            kept[key] = _completed(_Shapes(self, root))
        found: OpenAPISchema = kept[key]
        return found


def operations(schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation of a description with its method."""
    for methods in schema["paths"].values():
        yield from methods.items()


def _completed(schema: OpenAPISchema) -> OpenAPISchema:
    schema["info"]["description"] = say("operation_about")
    tags: dict[str, None] = {}
    for method, operation in operations(schema):
        tags.update(dict.fromkeys(operation["tags"]))
        _titled(operation)
        _refusing(operation["responses"])
        _headed(method, operation)
    if current_language() != "en":
        shapes = schema["components"]
        shapes["schemas"] = _translated(shapes["schemas"], _shapes())
    schema["tags"] = [{"name": tag, "x-displayName": say(tag_code(tag))} for tag in tags]
    return schema


def _shapes() -> dict[str, str]:
    """The words of the reader's language by those in the code."""
    found = (code for code in codes() if code.startswith("shape."))
    return {say(code, language="en"): say(code) for code in found}


def _translated(node: Any, words: Mapping[str, str]) -> Any:
    """The same with the descriptions of shapes and their fields in the reader's language."""
    if isinstance(node, list):
        return [_translated(one, words) for one in node]
    if not isinstance(node, dict):
        return node
    made = {name: _translated(one, words) for name, one in node.items()}
    told = node.get("description")
    if isinstance(told, str):
        made["description"] = words.get(" ".join(told.split()), told)
    return made


def tag_code(tag: str) -> str:
    """The phrase that names a group of operations."""
    return f"operation_tag.{_NO_CODE.sub('_', tag.lower())}"


def _titled(operation: dict[str, Any]) -> None:
    """A short title, and more where there is more: the function's words, or the phrase's rest."""
    said = say(f"operation.{operation['operationId']}")
    operation["summary"] = title = _MORE.split(said, maxsplit=1)[0]
    if current_language() == "en":
        return
    operation.pop("description", None)
    if said != title:
        operation["description"] = said


def _refusing(responses: dict[int, Any]) -> None:
    """Refusals have the media type as which they are sent."""
    for status, response in responses.items():
        content = response.get("content", {})
        if int(status) >= 400:
            response["description"] = say(f"problem.{status}")
            if "application/json" in content:
                content["application/problem+json"] = content.pop("application/json")
        if int(status) in (429, 503):
            response["headers"] = {"Retry-After": _LATER}


def _explained(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter with what it means, where its own words are missing or in another language."""
    told = dict(parameter)
    code = f"parameter.{told['name'].lower().replace('-', '_')}"
    if has(code) and (current_language() != "en" or "description" not in told):
        told["description"] = say(code)
    return told


def _headed(method: str, operation: dict[str, Any]) -> None:
    """What ETags do, where they do it; and where something new is."""
    parameters = operation.setdefault("parameters", [])
    responses = operation["responses"]
    if method == "get":
        parameters.append(_SEEN)
        responses[304] = {"description": "Not Modified"}
        responses[200].setdefault("headers", {})["ETag"] = _TAGGED
    if 412 in responses:
        parameters.append(_MEANT)
    operation["parameters"] = [_explained(one) for one in parameters]
    if 201 in responses and operation["operationId"] not in _UNPLACED:
        responses[201].setdefault("headers", {})["Location"] = _PLACED
