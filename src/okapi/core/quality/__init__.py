"""What is wrong with a series of values, before anybody decides by it: remarks with what to do."""

from okapi.core.quality.expecting import Expected, expect_next
from okapi.core.quality.inspecting import inspect
from okapi.core.quality.remark import Remark, RemarkKind, Severity

__all__ = ["Expected", "Remark", "RemarkKind", "Severity", "expect_next", "inspect"]
