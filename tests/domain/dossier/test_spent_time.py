"""Tests of the working minutes that an ended dossier took, beside those that its limits gave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.changed import changed
from domain.deadlines import clock
from domain.deadlines.clock import Holder, HolderKind, PauseGround, WhichClock
from domain.deadlines.limits import Limit, LimitUnit
from domain.dossier.context import Rules
from domain.dossier.spent_time import granted_minutes, used_minutes
from tests.support.random_lives import Life
from tests.support.small_province import FREE, HA_NAM, RULEBOOK, at

RECEIVED = at("2026-03-02 08:00")


@pytest.mark.parametrize("ground", [PauseGround.SUPPLEMENT, PauseGround.PAYMENT, PauseGround.SUSPENSION])
def test_pauses_are_no_time_of_the_authority(ground: PauseGround) -> None:
    """Received on Monday at eight, paused for two working hours, ended on Tuesday at nine."""
    dossier = Life.begin(FREE).dossier
    rules = Rules.pinned(dossier.pins, RULEBOOK)
    limit = Limit(amount=2, unit=LimitUnit.WORKING_DAY)
    timing = clock.start(RECEIVED, statutory=limit, holder=Holder(kind=HolderKind.UNIT, code=HA_NAM))
    timing = clock.pause(timing, ground, RECEIVED + timedelta(hours=1))
    running = changed(dossier, deadlines=changed(dossier.deadlines, timing=timing))
    assert used_minutes(running, rules) is None
    assert granted_minutes(running, WhichClock.STATUTORY, rules) is None
    timing = clock.resume(timing, ground, RECEIVED + timedelta(hours=3))
    ended = clock.end(timing, RECEIVED + timedelta(days=1, hours=1))
    whole = rules.calendar.working_time_between(RECEIVED, RECEIVED + timedelta(days=1, hours=1))
    dossier = changed(dossier, deadlines=changed(dossier.deadlines, timing=ended))
    assert used_minutes(dossier, rules) == whole / timedelta(minutes=1) - 120
    assert granted_minutes(dossier, WhichClock.STATUTORY, rules) == 2 * 8 * 60
    assert granted_minutes(dossier, WhichClock.PROMISED, rules) is None
