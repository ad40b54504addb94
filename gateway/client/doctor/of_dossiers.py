"""The check of the dossiers: how many do not go on, by their causes."""

from __future__ import annotations

from collections.abc import Iterable

from domain.repairs.causes import Cause
from gateway.client.doctor.checks import Finding, ok, trouble, warning
from gateway.client.doctor.messages import DoctorFinding
from gateway.client.repairs.failed_dossiers import FailedDossiers

BY_THEMSELVES = (
    Cause.CALL_NOT_ANSWERED,
    Cause.UNKNOWN_REPLY,
    Cause.BREAKER_OPEN,
    Cause.BEHIND_ITS_LEDGER,
    Cause.UNACKNOWLEDGED,
    Cause.UNPLACED,
    Cause.UNANSWERED,
)
"""Causes that end without an operator: something is tried again, or somebody else has to act."""
ELSEWHERE = (Cause.NO_WORKER, Cause.RELAY_REFUSED)
"""Causes that other checks tell."""


async def dossiers(failed: FailedDossiers) -> Iterable[Finding]:
    """How many dossiers have each cause."""
    counts = await failed.counts()
    return [
        (warning if cause in BY_THEMSELVES else trouble)(
            DoctorFinding.DOSSIERS_STUCK, count=f"{count:,}", cause=cause.words, code=cause.value
        )
        for cause, count in counts.items()
        if cause not in ELSEWHERE
    ] or [ok(DoctorFinding.NOTHING_STUCK)]
