"""The forms that files of goals have: our own, and those of other products, one module each."""

from okapi.exchange.goal_files.forms import (
    betterworks,
    burning_okr,
    fifteen_five,
    plain,
    quantive,
    round_trip,
    viva,
)
from okapi.exchange.goal_files.forms.form import Form, Shape

FORMS: tuple[Form, ...] = (
    round_trip.FORM,
    viva.FORM,
    quantive.FORM,
    betterworks.FORM,
    plain.FORM,
    fifteen_five.FORM,
    burning_okr.FORM,
)
BY_NAME = {form.name: form for form in FORMS}

__all__ = ["BY_NAME", "FORMS", "Form", "Shape"]
