"""All checks are made side by side; one that hangs or fails stops no other, and says what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from domain.errors import InvalidInput
from domain.messages.checkpoints import CheckpointRefusal
from gateway.client.doctor.checks import Check, CheckName, Examined, Finding, Severity, examine, ok, warning
from gateway.client.doctor.messages import DoctorFinding


async def hangs() -> Iterable[Finding]:
    """Never ends by itself."""
    await asyncio.Event().wait()
    return []


async def is_refused() -> Iterable[Finding]:
    """Meets an error of the product."""
    raise InvalidInput(CheckpointRefusal.CHECKPOINT_FOLDER_MISSING)


async def is_wrong() -> Iterable[Finding]:
    """Meets a mistake of the program, whose text may repeat what somebody typed."""
    raise ValueError("0912345678")


async def warns() -> Iterable[Finding]:
    """Finds two things."""
    return [ok(DoctorFinding.NOTHING_STUCK), warning(DoctorFinding.NO_OPERATOR)]


async def test_a_check_that_hangs_or_fails_stops_no_other() -> None:
    """Each has a result, in the order of the names and with the worst finding first; no error's text is repeated."""
    told: list[Examined] = []
    checks = [
        Check(CheckName.STAFF, warns),
        Check(CheckName.TEMPORAL, hangs),
        Check(CheckName.CHECKPOINTS, is_refused),
        Check(CheckName.DISK, is_wrong),
    ]
    results = await examine(checks, within=0.2, told=told.append)
    assert [(one.check, one.level, [each.code for each in one.findings]) for one in results] == [
        (CheckName.TEMPORAL, Severity.TROUBLE, ["not_in_time"]),
        (CheckName.STAFF, Severity.WARNING, ["no_operator", "nothing_stuck"]),
        (CheckName.DISK, Severity.TROUBLE, ["check_failed"]),
        (CheckName.CHECKPOINTS, Severity.TROUBLE, ["checkpoint_folder_missing"]),
    ]
    assert sorted(one.check for one in told) == sorted(one.check for one in results)
    assert "0912345678" not in str(results)
