"""What the portal is told of a dossier: the record of its present state, and a line for each completed step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from activities.adapters.portal_records import (
    ApplicantKind,
    DossierRecord,
    PortalChannel,
    PortalState,
    ProgressLine,
    SubmittedDocument,
)
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.vault import Vault
from domain.dossier.events import StepCompleted
from domain.dossier.state import TERMINAL, Dossier, Identity, State
from domain.errors import DomainError
from domain.organisation.organisation import Organisation
from domain.procedures.procedure import Channel, Procedure
from domain.record.restores import marked
from domain.record.sealing import RecordedEvent
from domain.rules.rulebook import Rulebook
from domain.values import Value

NAME_ERASED = "(đã xoá)"
_CHANNELS = {
    Channel.COUNTER: PortalChannel.COUNTER,
    Channel.ONLINE: PortalChannel.ONLINE,
    Channel.POST: PortalChannel.POST,
}


class Telling(Value):
    """What is told of one dossier. `since`: the version of the first event that it is about."""

    record: DossierRecord
    lines: tuple[ProgressLine, ...]
    since: int
    version: int
    """Of the state that the record shows."""
    new: bool
    """True: the portal was not told of it before, as its first event is among these."""
    xid: int
    """Of the newest of these events."""
    ended: bool
    """True: no later message would show that this one had no effect."""

    @property
    def dossier(self) -> str:
        """Its code."""
        return self.record.code

    @property
    def key(self) -> str:
        """The same for the same state. After a restore, versions are given again: see `domain.record.restores`."""
        return marked(f"{self.dossier}.v{self.version}", self.xid, ".")


Made = tuple[Dossier, int, DossierRecord]
"""A state, its version, and its record."""


class PortalFacts:
    """Makes records from the ledger. `rules` returns the rules that this process knows now."""

    def __init__(self, reader: LedgerReader, vault: Vault, rules: Callable[[], Rulebook]) -> None:
        self._reader = reader
        self._vault = vault
        self._rules = rules

    async def tell(self, groups: Mapping[str, Sequence[RecordedEvent]]) -> dict[str, Telling | Exception]:
        """What is told of each dossier with these events, or why it cannot be made.

        A part of an interconnected dossier is left out: the portal knows the dossier that the applicant filed, which is
        one to it. Raises DatabaseUnavailable, DatabaseRefuses.
        """
        found: dict[str, Telling | Exception] = {}
        for code, made in (await self.records(list(groups))).items():
            found[code] = made if isinstance(made, Exception) else self._telling(*made, groups[code])
        return found

    async def newest(self, codes: Sequence[str]) -> dict[str, Telling | Exception]:
        """The present state of each of these dossiers, without a step. As `tell` otherwise."""
        found: dict[str, Telling | Exception] = {}
        for code, made in (await self.records(codes)).items():
            try:
                if isinstance(made, Exception):
                    raise made
                [last] = await self._reader.history(code, made[1] - 1, 1)
                found[code] = self._telling(*made, [last]).model_copy(update={"lines": (), "new": False})
            except (DatabaseUnavailable, DatabaseRefuses):
                raise
            except Exception as mistake:  # as in `records`
                found[code] = mistake
        return found

    async def records(self, codes: Sequence[str]) -> dict[str, Made | Exception]:
        """The state, the version and the record of each of these dossiers that the portal is told of."""
        found: dict[str, Made | Exception] = {}
        rows = {row.code: row for row in await self._reader.whole(codes)}
        dossiers: dict[str, tuple[Dossier, int]] = {}
        for code in codes:
            try:
                if row := rows.get(code) or await self._reader.dossier(code):
                    dossiers[code] = (dossier_in(row), row.version)
            except DomainError as unreadable:
                found[code] = unreadable
        known = {dossier.applicant.commitment for dossier, _ in dossiers.values()}
        persons = await self._vault.reveal_all(list(known))
        for code, (dossier, version) in dossiers.items():
            if dossier.intake.parent is None:
                try:
                    person = persons.get(dossier.applicant.commitment, {})
                    found[code] = (dossier, version, self.record(dossier, person))
                except Exception as mistake:  # of ours in one dossier: the others are told all the same
                    found[code] = mistake
        return found

    def _telling(
        self, dossier: Dossier, version: int, record: DossierRecord, events: Sequence[RecordedEvent]
    ) -> Telling:
        procedure = self._rules().procedure(dossier.pins.procedure)
        return Telling(
            record=record,
            lines=tuple(_progress(one, one.event, procedure) for one in events if isinstance(one.event, StepCompleted)),
            since=events[0].version,
            xid=events[-1].xid,
            version=version,
            new=events[0].version == 1,
            ended=dossier.state in TERMINAL,
        )

    def record(self, dossier: Dossier, person: Mapping[str, Any]) -> DossierRecord:
        """The record of a state. `person`: the applicant's particulars; empty when they were erased."""
        procedure = self._rules().procedure(dossier.pins.procedure)
        organisation = self._rules().organisation(dossier.pins.organisation)
        return DossierRecord(
            code=dossier.code,
            procedure=procedure.code,
            procedure_name=procedure.name,
            field=procedure.field_code,
            field_name=procedure.field,
            channel=_CHANNELS[dossier.intake.channel],
            applicant=person.get("name", NAME_ERASED),
            identity_number=person.get("identity_number"),
            applicant_kind=ApplicantKind.PERSON,
            submitted_at=dossier.intake.submitted_at,
            received_at=dossier.deadlines.timing.received_at if dossier.deadlines.timing else None,
            promised_at=dossier.deadlines.promised_due or dossier.deadlines.statutory_due,
            state=PortalState(str(dossier.state.portal_code)) if dossier.state else PortalState.SUBMITTED,
            resolved_at=dossier.ended_at if dossier.state in (State.RESOLVED, State.RETURNED) else None,
            returned_at=dossier.moved_at if dossier.state is State.RETURNED else None,
            refused_at=dossier.ended_at if dossier.state is State.REFUSED else None,
            competent_unit=_name(
                organisation, dossier.routing.competent or dossier.routing.queue or dossier.routing.received_by
            ),
            receiving_unit=_name(organisation, dossier.routing.received_by),
            digitised=any(document.digitised for document in dossier.intake.documents),
            identity_verified=dossier.applicant.identity is Identity.MATCHES,
            paid_online=dossier.money.met > 0 and not dossier.money.taken_in_cash,
            documents=tuple(
                SubmittedDocument(
                    digitised=one.digitised, reused=one.reused, from_national_store=False, component=one.code
                )
                for one in dossier.intake.documents
            ),
        )


def _progress(recorded: RecordedEvent, event: StepCompleted, procedure: Procedure) -> ProgressLine:
    step = next((step for step in procedure.steps if step.code == event.step), None)
    return ProgressLine(
        code=recorded.dossier,
        officer=event.person,
        processed_at=event.at,
        department=event.unit,
        content=step.name if step else event.step,
        state=PortalState.PROCESSING,
    )


def _name(organisation: Organisation, code: str | None) -> str:
    periods = organisation.periods(code) if code else ()
    return periods[-1].name if periods else code or "–"
