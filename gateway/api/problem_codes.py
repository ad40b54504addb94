"""The codes of problems: what each one means, at the address that a problem names as its `type`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from domain.errors import NotFound
from domain.messages.assignment import AssignmentRefusal
from domain.messages.checkpoints import CheckpointRefusal, ProofRefusal
from domain.messages.coded import CodedSentence
from domain.messages.deadlines import DeadlineRefusal
from domain.messages.documents import DocumentFault, DocumentMatter, DocumentRefusal
from domain.messages.dossier import DossierRefusal
from domain.messages.events_out import EventsRefusal
from domain.messages.incidents import IncidentRefusal
from domain.messages.interconnection import InterconnectionRefusal
from domain.messages.leave import LeaveRefusal
from domain.messages.mechanics import MechanicRefusal
from domain.messages.organisation import OrganisationRefusal
from domain.messages.outside_orders import OutsideOrderRefusal
from domain.messages.reconciling import ReconcilingRefusal
from domain.messages.record import RecordRefusal
from domain.messages.releases import ReleaseRefusal
from domain.messages.repairs import RepairRefusal
from domain.messages.replays import ReplayRunRefusal
from domain.messages.rollouts import RolloutRefusal
from domain.messages.rules import RulesRefusal
from domain.messages.search import ListRefusal, SavedSearchRefusal
from domain.values import Bilingual, Value
from gateway.access.messages import AccessRefusal, IssuerRefusal, QuotaRefusal, TokenRefusal
from gateway.api.callers import counted_by_address
from gateway.api.documented import operation
from gateway.api.messages import ActRefusal, ExportRefusal, LimitRefusal, RequestRefusal
from gateway.dossiers.messages import TrackingRefusal
from gateway.views.event_logs.messages import EventLogRefusal

router = APIRouter(tags=["Mã lỗi (problem codes)"], dependencies=[Depends(counted_by_address)])

SUBJECTS: Mapping[str, type[CodedSentence]] = {
    "request": RequestRefusal,
    "limits": LimitRefusal,
    "event_logs": EventLogRefusal,
    "quota": QuotaRefusal,
    "sign_in": TokenRefusal,
    "issuer": IssuerRefusal,
    "access": AccessRefusal,
    "acts": ActRefusal,
    "dossiers": DossierRefusal,
    "deadlines": DeadlineRefusal,
    "organisation": OrganisationRefusal,
    "rules": RulesRefusal,
    "record": RecordRefusal,
    "checkpoints": CheckpointRefusal,
    "proofs": ProofRefusal,
    "rollouts": RolloutRefusal,
    "mechanics": MechanicRefusal,
    "reconciling": ReconcilingRefusal,
    "incidents": IncidentRefusal,
    "interconnection": InterconnectionRefusal,
    "documents": DocumentRefusal,
    "document_faults": DocumentFault,
    "document_matters": DocumentMatter,
    "leave": LeaveRefusal,
    "assignment": AssignmentRefusal,
    "repairs": RepairRefusal,
    "replays": ReplayRunRefusal,
    "releases": ReleaseRefusal,
    "outside_orders": OutsideOrderRefusal,
    "lists": ListRefusal,
    "saved_searches": SavedSearchRefusal,
    "exports": ExportRefusal,
    "events": EventsRefusal,
    "tracking": TrackingRefusal,
}
"""Every enumeration from which a problem may take its code, by its subject."""


class ProblemCode(Value):
    """One code, with its sentence. The facts of a problem are filled in by name: `{dossier}`."""

    code: str
    subject: str
    sentence: Bilingual = Field(description="Câu mẫu, tên dữ kiện trong ngoặc nhọn (the sentence with named facts).")


class ProblemCodes(Value):
    """Every code of this release. A released code keeps its meaning."""

    items: tuple[ProblemCode, ...]


CODES: Mapping[str, ProblemCode] = {
    member.value: ProblemCode(code=member.value, subject=subject, sentence=member.sentence)
    for subject, members in SUBJECTS.items()
    for member in members
}


@router.get(
    "/problems",
    response_model=ProblemCodes,
    **operation("list_problem_codes", "Mọi mã lỗi", "every code of a problem"),
)
async def list_problem_codes() -> object:
    """Answers with every code."""
    return ProblemCodes(items=tuple(CODES.values()))


@router.get(
    "/problems/{code}",
    response_model=ProblemCode,
    **operation("read_problem_code", "Một mã lỗi nghĩa là gì", "what a code of a problem means"),
)
async def read_problem_code(
    code: Annotated[str, Path(description="Mã lỗi (the code).", max_length=64, examples=["stale_version"])],
) -> object:
    """Answers with one code."""
    if code not in CODES:
        raise NotFound(RequestRefusal.PROBLEM_CODE_UNKNOWN)
    return CODES[code]
