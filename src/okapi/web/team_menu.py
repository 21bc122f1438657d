"""The menu of teams above a list: a company may have a thousand of them."""

from __future__ import annotations

from functools import lru_cache

from okapi.orgs.queries import TeamTree
from okapi.web.components import Choice, FilterMenu

_INDENT = "\u2003"


@lru_cache(maxsize=64)
def team_menu(tree: TeamTree, chosen: str, *, label: str, anything: str) -> FilterMenu:
    """All teams by their place in the tree; kept with its panel as long as the tree is the same."""
    teams = (
        Choice(team.key, _INDENT * team.depth + team.name, team.key == chosen) for team in tree
    )
    return FilterMenu("team", label, (Choice("", anything), *teams))
