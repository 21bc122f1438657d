"""From codes to sentences, in English and Chinese; numbers and dates as people write them.

Every sentence that a person reads (page, message, answer, document, command line) comes from here.
The phrases stand side by side in `phrases/*.toml`; `say` picks one and fills it in.
"""

from okapi.wording.catalogue import Phrase, codes, has, phrase
from okapi.wording.dates import ago, day, moment, month, period
from okapi.wording.languages import LANGUAGES, current_language, language, speaking, zone
from okapi.wording.numbers import number, percent, readable_digits
from okapi.wording.refusals import refusal_lines, refusal_sentence
from okapi.wording.sentences import code_of, listing, say

__all__ = [
    "LANGUAGES",
    "Phrase",
    "ago",
    "code_of",
    "codes",
    "current_language",
    "day",
    "has",
    "language",
    "listing",
    "moment",
    "month",
    "number",
    "percent",
    "period",
    "phrase",
    "readable_digits",
    "refusal_lines",
    "refusal_sentence",
    "say",
    "speaking",
    "zone",
]
