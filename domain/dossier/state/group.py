"""The children of an interconnected dossier, as the dossier of the whole knows them."""

from __future__ import annotations

from dataclasses import dataclass

from domain.dossier.group_commands import ENDED, ChildStatus
from domain.values import Code, DocumentNumber, Instant, Name


@dataclass(frozen=True, kw_only=True)
class ChildOfDossier:
    """One child: its procedure, its dossier once it is opened, and how it stands."""

    child: Code
    procedure: Code
    name: Name
    status: ChildStatus = ChildStatus.WAITING
    dossier: Code | None = None
    seen: int = 0
    """The version of its dossier at the last report."""
    due: Instant | None = None
    late_at: Instant | None = None
    """When it was recorded that its own date had passed."""
    result_number: DocumentNumber | None = None
    documents: tuple[Code, ...] = ()
    """The papers that it asked for last."""

    @property
    def ended(self) -> bool:
        """True with a result or without one."""
        return self.status in ENDED
