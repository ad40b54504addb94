"""The events of the result: signed, numbered, sealed, registered, returned, rated."""

from __future__ import annotations

from typing import Literal

from domain.deadlines.limits import WhichClock
from domain.dossier.commands import Handback
from domain.dossier.events.base import BaseEvent
from domain.values import Code, DocumentNumber, Hash, Name


class SignatureRequested(BaseEvent):
    kind: Literal["signature_requested"] = "signature_requested"
    document: Hash
    result_number: DocumentNumber
    signer: Code
    unit: Code
    attempt: int
    numbered_by: Code | None = None
    """The register in which the number, in this year, belongs to this dossier only. None: this is not checked."""


class ResultSigned(BaseEvent):
    kind: Literal["result_signed"] = "result_signed"
    signer: Code
    unit: Code
    certificate: str
    signature: str
    attempt: int | None = None
    """The number of the call, if its answer came when nobody needed it any more: nothing follows from it."""


class ResultNumbered(BaseEvent):
    kind: Literal["result_numbered"] = "result_numbered"
    number: DocumentNumber


class ResultSealed(BaseEvent):
    kind: Literal["result_sealed"] = "result_sealed"
    unit: Code
    certificate: str
    signature: str
    attempt: int | None = None
    """The number of the call, if its answer came when nobody needed it any more: nothing follows from it."""


class SigningHandedOver(BaseEvent):
    """The token or the signing service failed: the next level signs at once. The time used and left is stated."""

    kind: Literal["signing_handed_over"] = "signing_handed_over"
    from_unit: Code
    to_unit: Code
    cause: str
    used_minutes: int | None
    left_minutes: int | None
    signer: Code | None = None
    """Whose signature failed. Earlier releases did not write it."""


class DossierResolved(BaseEvent):
    """Lateness is judged here, against both clocks. Minutes are working minutes; None where there is no such clock."""

    kind: Literal["dossier_resolved"] = "dossier_resolved"
    result_number: DocumentNumber
    document: Hash | None
    registry: Code | None
    late_statutory_minutes: int | None
    late_promised_minutes: int | None
    judged_later: tuple[WhichClock, ...] = ()
    """The clocks for which no calendar reaches the date or the end: a longer one judges later (`CalendarChanged`)."""
    numbered_by: Code | None = None
    """As in `SignatureRequested`; None if that event has claimed the number already."""


class ResultRegistered(BaseEvent):
    kind: Literal["result_registered"] = "result_registered"
    registry: Code
    reference: str
    adopted_because: Name | None = None
    """The evidence by which an operator adopted an entry that the registry had already; None: it entered the result."""


class ResultReturned(BaseEvent):
    kind: Literal["result_returned"] = "result_returned"
    by: Handback


class DossierRated(BaseEvent):
    kind: Literal["dossier_rated"] = "dossier_rated"
    stars: int


ResultEvent = (
    SignatureRequested
    | ResultSigned
    | ResultNumbered
    | ResultSealed
    | SigningHandedOver
    | DossierResolved
    | ResultRegistered
    | ResultReturned
    | DossierRated
)
