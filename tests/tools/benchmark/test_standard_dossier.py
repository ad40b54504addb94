"""The standard dossier is the same at every time of the day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.values import VIETNAM
from tools.benchmark.driving.standard_dossier import WARN_AFTER, received_at
from tools.benchmark.rules import POLL_AFTER_SECONDS, standard_province


@pytest.mark.parametrize("clock", ["00:00:01", "00:00:30", "00:07:00", "00:29:59", "00:31:00", "12:00:00", "23:58:00"])
@pytest.mark.parametrize("accepted_in", [0.0, 2.5])
def test_half_of_the_promised_hour_is_used_when_the_warning_is_due(clock: str, accepted_in: float) -> None:
    """Also just after midnight, although the desks were closed for a minute before it."""
    now = datetime.fromisoformat(f"2026-11-27T{clock}").replace(tzinfo=VIETNAM)
    received = received_at(now, accepted_in)
    used = standard_province().calendars[0].working_time_between(received, now)
    assert used + timedelta(seconds=accepted_in + WARN_AFTER - POLL_AFTER_SECONDS) == timedelta(minutes=30)
