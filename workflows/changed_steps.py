"""Steps that a release added to workflows which were already open."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.dossier.revision import Revision

EVERY_STEP = "makes-every-step"
GOES_BY_THE_LEDGER = "goes-by-the-ledger"
LOOKS_BACK_LATER = "looks-back-later"
LOOKS_UP_WHAT_IT_WROTE = "looks-up-what-it-wrote"


class ChangedSteps:
    """Which of these steps one run makes. Made before the run does anything else.

    A run of the third revision or later makes every step. In an earlier run a marker in the history tells it
    (`workflow.patched`): one marker at the start of the run for every step; a history that was begun by an earlier
    release has none there, and has one for each step that it makes. A marker after a local activity is not safe: when
    Temporal ends the task between the two, the answer of the activity comes earlier at replay than the marker, and the
    run does not replay.
    """

    def __init__(self, revision: int) -> None:
        self._every_step = revision >= Revision.THIRD or workflow.patched(EVERY_STEP)

    def has(self, step: str) -> bool:
        """True if the run makes the step."""
        return self._every_step or workflow.patched(step)
