"""The commands of interconnected procedures: between the dossier of the whole and the dossiers of its children.

Only the follower of the ledger sends them, in the role of the link. They carry what one dossier has recorded to another
one, so each may be sent any number of times: it changes nothing that is known already.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.deadlines.limits import Limit
from domain.dossier.commands import Handback, SubmittedDocument
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel
from domain.rules.rulebook import Pins
from domain.values import Bilingual, Code, DocumentNumber, Hash, Instant, Name, Strict, Value


class ParentLink(Value):
    """The dossier of the whole to which a dossier belongs, and as which child."""

    dossier: Code
    child: Code


class ChildStatus(StrEnum):
    """How a child stands, as the dossier of the whole knows it."""

    WAITING = "waiting"
    """Not opened: what it needs is not there yet."""
    OPEN = "open"
    SUPPLEMENT = "supplement"
    """It needs papers of the applicant."""
    SUPPLIED = "supplied"
    """The papers were received for the whole and are on their way to it."""
    RESOLVED = "resolved"
    RETURNED = "returned"
    """Its result was handed back with the whole."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    GIVEN_UP = "given_up"
    """It was never opened, because another child ended without a result."""

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _WORDS[self]


_WORDS = {
    ChildStatus.WAITING: Bilingual(vi="chờ đến lượt", en="waiting for its turn"),
    ChildStatus.OPEN: Bilingual(vi="đang giải quyết", en="under way"),
    ChildStatus.SUPPLEMENT: Bilingual(vi="cần bổ sung giấy tờ", en="needs papers"),
    ChildStatus.SUPPLIED: Bilingual(vi="đã nhận giấy tờ bổ sung", en="papers received"),
    ChildStatus.RESOLVED: Bilingual(vi="đã có kết quả", en="has its result"),
    ChildStatus.RETURNED: Bilingual(vi="đã trả kết quả", en="result handed back"),
    ChildStatus.REFUSED: Bilingual(vi="bị từ chối", en="refused"),
    ChildStatus.WITHDRAWN: Bilingual(vi="đã rút", en="withdrawn"),
    ChildStatus.STOPPED: Bilingual(vi="đã dừng xử lý", en="stopped"),
    ChildStatus.GIVEN_UP: Bilingual(vi="không giải quyết nữa", en="given up"),
}

WITH_RESULT = frozenset({ChildStatus.RESOLVED, ChildStatus.RETURNED})
FAILED = frozenset({ChildStatus.REFUSED, ChildStatus.WITHDRAWN, ChildStatus.STOPPED, ChildStatus.GIVEN_UP})
"""Ended without a result."""
ENDED = WITH_RESULT | FAILED
UNDER_WAY = frozenset({ChildStatus.OPEN, ChildStatus.SUPPLEMENT, ChildStatus.SUPPLIED})

ReportedStatus = Literal[
    ChildStatus.OPEN,
    ChildStatus.SUPPLEMENT,
    ChildStatus.RESOLVED,
    ChildStatus.RETURNED,
    ChildStatus.REFUSED,
    ChildStatus.WITHDRAWN,
    ChildStatus.STOPPED,
]
"""What a child's own dossier can report."""


class OpenChild(Strict):
    """Opens the dossier of a child. It is accepted at once: the intake of the whole was its valid intake."""

    kind: Literal["open_child"] = "open_child"
    parent: ParentLink
    procedure: Code
    pins: Pins
    channel: Channel
    received_by: Code
    assisted_by: Code | None = None
    matter: Matter
    applicant: Hash
    submitted_by: Code | None = None
    documents: Annotated[tuple[SubmittedDocument, ...], Field(max_length=200)] = ()
    limit: Limit | None = None
    """The working time that the group plans for it; None: only the published limit of its procedure counts."""


class ReportChild(Strict):
    """How a child stands now, told to the dossier of the whole. `seen` is the version of the child's dossier."""

    kind: Literal["report_child"] = "report_child"
    child: Code
    dossier: Code
    seen: Annotated[int, Field(ge=1)]
    status: ReportedStatus
    due: Instant | None = None
    result_number: DocumentNumber | None = None
    documents: tuple[Code, ...] = ()
    """The papers that it asks for."""
    legal_basis: Name | None = None


class PassOnSupplement(Strict):
    """Papers that were received for the whole, passed on to a child that asked for them."""

    kind: Literal["pass_on_supplement"] = "pass_on_supplement"
    documents: Annotated[tuple[SubmittedDocument, ...], Field(max_length=200)]


class CorrectChild(Strict):
    """What was corrected in the whole: the particulars of the applicant, or the matter, which are one for all."""

    kind: Literal["correct_child"] = "correct_child"
    applicant: Hash
    matter: Matter
    legal_basis: Name


class EndChild(Strict):
    """Ends a child's dossier, because the whole has ended, or as the group says after another child's end."""

    kind: Literal["end_child"] = "end_child"
    withdrawn: bool
    """True: the applicant has withdrawn the whole. False: it is stopped."""
    legal_basis: Name


class HandBackChild(Strict):
    """The result of a child was handed back with the results of the whole."""

    kind: Literal["hand_back_child"] = "hand_back_child"
    by: Handback


GroupCommand = OpenChild | ReportChild | PassOnSupplement | CorrectChild | EndChild | HandBackChild
