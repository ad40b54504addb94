"""What operators find over HTTP: the checks of the installation, and what is stuck, by its cause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from domain.repairs.causes import Cause
from domain.values import VIETNAM, Bilingual, Instant, Value
from gateway.access.scopes import search_scope
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.parts import Api, Parts
from gateway.client.doctor.checks import Check, CheckName, Examined, Finding, Severity
from gateway.client.doctor.of_database import database_size
from gateway.client.doctor.of_files import checkpoints
from gateway.client.repairs.failed_dossiers import DossiersOfCause, ExampleOfCause, PartOfCause, VersionOfCause
from gateway.client.repairs.failure_traces import FailureTrace
from gateway.i18n.remedies import what_to_do

router = APIRouter(route_class=StrictRoute, tags=["Vận hành (operations)"])


class FindingAnswer(Value):
    """One thing that a check found, and what to do."""

    level: Severity
    code: str
    message: Bilingual
    facts: dict[str, str]


class CheckAnswer(Value):
    """One check, with its findings, the worst first."""

    check: CheckName
    check_words: Bilingual
    level: Severity
    findings: tuple[FindingAnswer, ...]

    @classmethod
    def of(cls, one: Examined) -> CheckAnswer:
        """The result of a check with its words."""
        findings = tuple(FindingAnswer(**each.model_dump()) for each in one.findings)
        return cls(check=one.check, check_words=one.name, level=one.level, findings=findings)


class DoctorAnswer(Value):
    """Every check that this process can make. Those of files and certificates: `luongxanh ops doctor`."""

    items: tuple[CheckAnswer, ...]


class CauseAnswer(Value):
    """Everything that is stuck by one cause, and what to do."""

    cause: Cause
    cause_words: Bilingual
    dossiers: int
    or_more: bool
    since: Instant | None
    parts: tuple[PartOfCause, ...]
    versions: tuple[VersionOfCause, ...]
    oldest: tuple[ExampleOfCause, ...]
    trace: FailureTrace | None
    what_to_do: Bilingual

    @classmethod
    def of(cls, one: DossiersOfCause) -> CauseAnswer:
        """The cause with its words and what to do."""
        return cls(
            cause=one.cause, cause_words=one.cause.words, dossiers=one.dossiers, or_more=one.or_more, since=one.since,
            parts=one.parts, versions=one.versions, oldest=one.oldest, trace=one.trace,
            what_to_do=what_to_do(one.cause),
        )  # fmt: skip


class FailedAnswer(Value):
    """What is stuck, by cause; a cause that nothing has is not there."""

    items: tuple[CauseAnswer, ...]


@router.get(
    "/operations/doctor",
    response_model=DoctorAnswer,
    **operation("read_doctor", "Kiểm tra bản cài đặt", "the checks of the installation"),
)
async def read_doctor(parts: Parts, _signed: Signed) -> object:
    """Answers with the result of each check; results are kept for some seconds."""
    return DoctorAnswer(items=tuple(map(CheckAnswer.of, await parts.doctor.results(checks_of(parts)))))


@router.get(
    "/operations/failed",
    response_model=FailedAnswer,
    **operation("list_failed", "Hồ sơ đang kẹt, theo nguyên nhân", "what is stuck, by cause"),
)
async def list_failed(
    parts: Parts,
    signed: Signed,
    cause: Annotated[Cause | None, Query(description="Chỉ nguyên nhân này (only this cause).")] = None,
    limit: Annotated[int, Query(ge=0, le=100, description="Mỗi nguyên nhân nêu mấy hồ sơ (examples of each).")] = 3,
) -> object:
    """Answers with the causes that were found within the caller's scope."""
    found = await parts.engine.failed.find(search_scope(signed.scope), cause=cause, examples=limit)
    return FailedAnswer(items=tuple(map(CauseAnswer.of, found)))


def checks_of(parts: Api) -> list[Check]:
    """The checks that the process of the API can make."""

    async def disk() -> Iterable[Finding]:
        return [await database_size(parts.pool)]

    checks = [*parts.engine.checks(), Check(CheckName.DISK, disk)]
    places, every = parts.proofs.places, parts.proofs.every
    if places is not None and places.folder is not None:
        known = places
        checks.append(Check(CheckName.CHECKPOINTS, lambda: checkpoints(known, every, datetime.now(VIETNAM))))
    return checks
