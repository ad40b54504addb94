"""The answers about dossiers, as JSON. They hold no personal data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from domain.dossier.state import Dossier, State
from domain.procedures.procedure import Channel
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.roles import Role
from domain.values import Bilingual, Code, Instant, Value
from gateway.api.named_codes import NamedCode, named_unit, unit_or_none
from gateway.views.deadline_explanation import ExplainedDeadlines
from gateway.views.dossier_page import ClockNow, DossierPage, Paper, StepNow, reasons_of
from gateway.views.ladder_explanation import ExplainedLadder
from gateway.views.names import Names
from gateway.views.possible_acts import PossibleAct
from gateway.views.timeline import row_sentence, to_an_applicant, who_acted


class Holding(Value):
    """Who has the dossier now, and since when."""

    unit: NamedCode | None
    role: Role
    person: Code | None = Field(description="null đối với người nộp (null for an applicant).")
    act: Code
    since: Instant
    due: Instant | None


class AllowedAct(Value):
    """A command that the caller may give now, with an example of its body."""

    command: str
    words: Bilingual
    role: Role
    unit: Code | None
    body: dict[str, Any]
    href: str

    @classmethod
    def of(cls, act: PossibleAct, dossier: str, words: Bilingual) -> AllowedAct:
        """The act with its address."""
        return cls(
            command=act.command, words=words, role=act.role, unit=act.unit, body=act.data,
            href=f"/v1/dossiers/{dossier}/commands/{act.command}",
        )  # fmt: skip


class DossierAnswer(Value):
    """One dossier as it is now."""

    code: Code
    version: int
    state: State
    state_words: Bilingual
    portal_code: int = Field(description="Mã trạng thái của Cổng Dịch vụ công (state code of the national portal).")
    procedure: NamedCode
    channel: Channel
    received_by: NamedCode
    competent: NamedCode | None
    responsible: NamedCode | None
    assignee: Code | None
    crossing: bool = Field(description="Nộp ngoài địa giới (received by a unit other than the competent one).")
    submitted_at: Instant
    received_at: Instant | None
    ended_at: Instant | None
    updated_at: Instant
    ended_because: str | None = Field(description="Căn cứ từ chối hoặc dừng (legal basis of a refusal or a stop).")
    clocks: tuple[ClockNow, ...]
    held_by: tuple[Holding, ...]
    steps: tuple[StepNow, ...]
    allowed: tuple[AllowedAct, ...] = Field(description="Việc người gọi được làm ngay (what the caller may do now).")
    rung: Code | None = Field(description="Bậc cảnh báo, leo thang gần nhất (the last rung of escalation that fired).")
    stuck: bool = Field(description="Luồng xử lý đang mắc, cần người vận hành (its workflow is stuck).")


def dossier_answer(
    page: DossierPage, names: Names, allowed: tuple[AllowedAct, ...], *, to_staff: bool
) -> DossierAnswer:
    """The answer from the page of the dossier."""
    row = page.row
    return DossierAnswer(
        code=row.code,
        version=row.version,
        state=row.state,
        state_words=row.state.words,
        portal_code=row.portal_code,
        procedure=NamedCode(code=row.procedure, name=names.procedure(row.procedure)),
        channel=row.channel,
        received_by=named_unit(row.received_by, names),
        competent=unit_or_none(row.competent, names),
        responsible=unit_or_none(row.responsible, names),
        assignee=row.assignee if to_staff else None,
        crossing=row.crossing,
        submitted_at=page.dossier.intake.submitted_at,
        received_at=row.received_at,
        ended_at=row.ended_at,
        updated_at=row.updated_at,
        ended_because=page.ended_because,
        clocks=page.clocks,
        held_by=tuple(
            Holding(
                unit=unit_or_none(one.unit, names),
                role=one.role,
                person=one.person if to_staff else None,
                act=one.act,
                since=one.since,
                due=one.due,
            )
            for one in page.work
        ),
        steps=page.steps,
        allowed=allowed,
        rung=row.rung,
        stuck=page.stuck is not None,
    )


class EventAnswer(Value):
    """One event of the history, with its sentence."""

    version: int
    kind: str
    at: Instant
    role: str
    unit: Code | None
    person: Code | None = Field(description="null đối với người nộp (null for an applicant).")
    stands_in_for: Code | None
    carried_by: Code | None = Field(description="Phần mềm chuyển việc này (the program that carried the act).")
    sentence: Bilingual
    who: Bilingual
    event: dict[str, Any] | None = Field(description="Nội dung; null đối với người nộp (null for an applicant).")
    hash: str | None = Field(description="Mã xích của dòng sổ cái (the hash that chains the row of the ledger).")


class HistoryPage(Value):
    """A page of the history, oldest first. `next` is the `after` of the next page, or null at the end."""

    items: tuple[EventAnswer, ...]
    next: int | None


class DocumentsAnswer(Value):
    """The papers of the dossier, and its result."""

    papers: tuple[Paper, ...]
    result_number: str | None
    result_document: str | None = Field(description="SHA-256 của tệp kết quả (of the result's file).")


class RouteAnswer(Value):
    """Where the dossier is, and why: the reasons of its routing, one after another."""

    received_by: NamedCode
    assisted_by: NamedCode | None
    competent: NamedCode | None
    responsible: NamedCode | None
    queue: NamedCode | None = Field(description="Hàng đợi điều phối (the coordination queue).")
    awaited_handover_to: NamedCode | None
    reasons: tuple[Bilingual, ...]


class DeadlineAnswer(Value):
    """Both clocks of a dossier with their derivation: as data, and as lines for people."""

    dossier: Code
    explained: ExplainedDeadlines | None = Field(description="null khi chưa tiếp nhận (null before intake).")
    lines: tuple[str, ...]


class LadderAnswer(ExplainedLadder):
    """The ladder of a dossier, rung by rung: as data, and as lines for people."""

    lines: tuple[str, ...]


def event_answer(recorded: RecordedEvent | UnreadEvent, names: Names, *, to_staff: bool) -> EventAnswer:
    """One event with its sentence. An event that this release cannot read keeps its stored form."""
    told = recorded if to_staff else to_an_applicant(recorded)
    common = {
        "version": recorded.version,
        "kind": recorded.kind,
        "at": recorded.at,
        "sentence": row_sentence(told, names),
        "who": who_acted(told, names),
    }
    actor = recorded.actor if isinstance(recorded, RecordedEvent) else recorded
    common |= {"role": actor.role, "unit": actor.unit, "hash": getattr(recorded, "hash", None)}
    of_staff = {name: getattr(actor, name) if to_staff else None for name in ("person", "stands_in_for", "carried_by")}
    event = recorded.event.model_dump(mode="json") if isinstance(recorded, RecordedEvent) else recorded.event
    return EventAnswer.model_validate({**common, **of_staff, "event": event if to_staff else None})


def route_answer(dossier: Dossier, story: Sequence[RecordedEvent | UnreadEvent], names: Names) -> RouteAnswer:
    """The units of the dossier and the reasons of its last routing."""
    routing, handover = dossier.routing, dossier.handovers.open
    return RouteAnswer(
        received_by=named_unit(routing.received_by, names),
        assisted_by=unit_or_none(dossier.intake.assisted_by, names),
        competent=unit_or_none(routing.competent, names),
        responsible=unit_or_none(routing.responsible, names),
        queue=unit_or_none(routing.queue, names),
        awaited_handover_to=unit_or_none(handover.to_unit if handover else None, names),
        reasons=tuple(reason.text for reason in reasons_of(story)),
    )
