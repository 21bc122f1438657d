"""What every component is: frozen data that can be written as HTML."""

from __future__ import annotations

from typing import ClassVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class Component:
    """Data of one piece of a page. `{{ thing }}` in a template writes it.

    A component that is drawn often and is small overrides `render`; the others have a template, in
    which they are `it`.
    """

    __slots__ = ()
    template: ClassVar[str] = ""

    def render(self) -> SafeString:
        """This component as HTML, in the language that is spoken now."""
        return render_to_string(self.template, {"it": self})

    def __html__(self) -> SafeString:
        return self.render()

    def __str__(self) -> str:
        return self.render()
