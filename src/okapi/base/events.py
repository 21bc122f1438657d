"""Events between apps: those below publish, those above subscribe, object and answer.

Handlers run at once, in the publisher's transaction, in the order in which they subscribed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from okapi.core.errors import OkapiError

E = TypeVar("E")

_subscribers: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)
_vetoers: dict[type[Any], list[Callable[[Any], list[OkapiError]]]] = defaultdict(list)
_answerers: dict[type[Any], list[Callable[[Any], Any]]] = defaultdict(list)


def subscribe(event: type[E], handler: Callable[[E], None]) -> None:
    """Call `handler` for every published event of this type; the same handler only once."""
    if handler not in _subscribers[event]:
        _subscribers[event].append(handler)


def publish(event: object) -> None:
    """Hand an event (a frozen dataclass) to its subscribers."""
    for handler in _subscribers[type(event)]:
        handler(event)


def object_to(intention: type[E], objector: Callable[[E], list[OkapiError]]) -> None:
    """Let `objector` answer with reasons when something of this kind is about to be done."""
    if objector not in _vetoers[intention]:
        _vetoers[intention].append(objector)


def answer(question: type[E], answerer: Callable[[E], Any]) -> None:
    """Let `answerer` answer what those below cannot know; the question says in which form."""
    if answerer not in _answerers[question]:
        _answerers[question].append(answerer)


def ask(question: object) -> list[Any]:
    """Every answer to a question (a frozen dataclass); empty when nobody knows."""
    return [find(question) for find in _answerers[type(question)]]


def vetoes(intention: object) -> list[OkapiError]:
    """All reasons against what is about to be done; empty when nobody objects."""
    return [reason for ask in _vetoers[type(intention)] for reason in ask(intention)]
