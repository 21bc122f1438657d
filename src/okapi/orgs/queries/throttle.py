"""How many failures to sign in count against the next attempt.

django-axes pauses a sign-in at AXES_FAILURE_LIMIT failures, each kept for AXES_COOLOFF_TIME. It
counts one name from one address. That alone lets one password after the other be tried from many
addresses, and one password on many names; so failures of the name from anywhere and of the address
with any name count too, at a part of their weight, since they may be other people's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, Sum
from django.http import HttpRequest

OF_THE_NAME = 5
"""So many failures of a name from anywhere count as one: with a limit of 10, the pause is at 50."""
FROM_THE_ADDRESS = 10
"""And so many from an address, which a whole office may share: the pause is at 100."""


class Throttle(AxesDatabaseHandler):  # type: ignore[misc]  # django-axes publishes no types
    """Counts in one statement, whatever has been tried."""

    def get_failures(
        self, request: HttpRequest, credentials: Mapping[str, Any] | None = None
    ) -> int:
        """Those of its name from its address; the others at their weight."""
        address = request.axes_ip_address  # type: ignore[attr-defined]  # set by django-axes
        of_the_name = Q(username=get_client_username(request, credentials))
        from_here = Q(ip_address=address)
        recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        found = recent.filter(of_the_name | from_here).aggregate(
            both=_failures(of_the_name & from_here),
            name=_failures(of_the_name),
            address=_failures(from_here),
        )
        alone = 0 if _is_everybodys(request, address) else found["address"]
        return int(max(found["both"], found["name"] // OF_THE_NAME, alone // FROM_THE_ADDRESS))


def _failures(those: Q) -> Sum:
    return Sum("failures_since_start", filter=those, default=0)


def _is_everybodys(request: HttpRequest, address: str | None) -> bool:
    """Whether the address is that of a proxy which does not tell (or is not believed) for whom."""
    told = request.headers.get("X-Forwarded-For", "")
    return settings.HTTPS and address not in [one.strip() for one in told.split(",")]
