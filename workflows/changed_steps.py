"""Steps that a release added to workflows which were already open."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.dossier.revision import Revision

GOES_BY_THE_LEDGER = "goes-by-the-ledger"
LOOKS_BACK_LATER = "looks-back-later"
LOOKS_UP_WHAT_IT_WROTE = "looks-up-what-it-wrote"


def makes(step: str, revision: int) -> bool:
    """True if a run under this revision of the rules makes the step.

    A run of the third revision or later makes every step. In an earlier run a marker in the history tells it
    (`workflow.patched`). A marker after a local activity is not safe: when Temporal ends the task between the two, the
    answer of the activity comes earlier at replay than the marker, and the run does not replay.
    """
    return revision >= Revision.THIRD or workflow.patched(step)
