"""Which revision of the life cycle's rules one run of a dossier's workflow decides by.

Replay repeats every decision of a run, and must decide as it did then. So a run carries the revision under which it was
started; a rule that became stricter, or a reaction that is new, asks for it: `if context.revision >= Revision.SECOND`.
Whoever only checks whether an act may be sent (the update's validator, the gateway) uses `CURRENT`, because replay
does not repeat a refusal that left no trace. A run that is started anew (continued, or woken) gets `CURRENT`.
"""

from __future__ import annotations

from enum import IntEnum


class Revision(IntEnum):
    """One value a release whose rules decide otherwise than before."""

    FIRST = 1
    """Release 0.1."""
    SECOND = 2
    """Release 0.2: what issue by issue became stricter after the first release was tried by faults and attacks."""


CURRENT = max(Revision)
