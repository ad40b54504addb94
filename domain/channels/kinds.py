"""The kinds of notices to applicants, and the facts that the words of each may use."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class NoticeKind(StrEnum):
    """What an applicant is told of."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    PAYMENT_REQUESTED = "payment_requested"
    PAYMENT_CONFIRMED = "payment_confirmed"
    PAYMENT_EXPIRED = "payment_expired"
    DEADLINE_EXTENDED = "deadline_extended"
    RESOLVED = "resolved"
    DATE_CHANGED = "date_changed"


APPLICANT = "applicant"
"""The parameter with the applicant's name. It is personal, so it is looked up when the notice is sent."""

FACTS: Mapping[NoticeKind, frozenset[str]] = MappingProxyType(
    {
        NoticeKind.SUBMITTED: frozenset({"dossier"}),
        NoticeKind.ACCEPTED: frozenset({"dossier", "due", "until"}),
        NoticeKind.REFUSED: frozenset({"dossier", "legal_basis"}),
        NoticeKind.SUPPLEMENT_REQUESTED: frozenset({"dossier", "asked", "papers", "legal_basis"}),
        NoticeKind.PAYMENT_REQUESTED: frozenset({"dossier", "pay_url"}),
        NoticeKind.PAYMENT_CONFIRMED: frozenset({"dossier", "amount"}),
        NoticeKind.PAYMENT_EXPIRED: frozenset({"dossier"}),
        NoticeKind.DEADLINE_EXTENDED: frozenset({"dossier", "due"}),
        NoticeKind.RESOLVED: frozenset({"dossier"}),
        NoticeKind.DATE_CHANGED: frozenset({"dossier", "letter", "due", "kept"}),
    }
)
"""The parameters that a template of each kind may use."""
