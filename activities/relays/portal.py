"""Reports each dossier to the National Public Service Portal: look up, create or update, then report progress."""

from __future__ import annotations

from collections.abc import Callable

from activities.adapters.portal import Portal, PortalProgress, Synchronise
from activities.adapters.portal_records import (
    ApplicantKind,
    DossierRecord,
    PortalChannel,
    PortalState,
    ProgressLine,
    SubmittedDocument,
)
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.vault import Vault
from domain.dossier.events import StepCompleted
from domain.dossier.state import Dossier, Identity, State
from domain.organisation.organisation import Organisation
from domain.procedures.procedure import Channel, Procedure
from domain.record.restores import marked
from domain.record.sealing import RecordedEvent
from domain.rules.rulebook import Rulebook

NAME_ERASED = "(đã xoá)"
_CHANNELS = {
    Channel.COUNTER: PortalChannel.COUNTER,
    Channel.ONLINE: PortalChannel.ONLINE,
    Channel.POST: PortalChannel.POST,
}


class PortalRelay:
    """Sends the events of the relay `portal` on."""

    def __init__(self, portal: Portal, reader: LedgerReader, vault: Vault, rules: Callable[[], Rulebook]) -> None:
        self._portal = portal
        self._reader = reader
        self._vault = vault
        self._rules = rules

    async def hand(self, events: list[RecordedEvent]) -> None:
        """Sends the present state of the dossier and each completed step.

        Later events send the state again, which changes nothing.
        """
        last = events[-1]
        row = await self._reader.dossier(last.dossier)
        if row is None:
            return
        dossier = dossier_in(row)
        if dossier.intake.parent is not None:
            return  # the portal knows the interconnected dossier that the applicant filed, which is one to it
        procedure = self._rules().procedure(dossier.pins.procedure)
        organisation = self._rules().organisation(dossier.pins.organisation)
        record = await self._record(dossier, procedure, organisation)
        await self._portal.synchronise(
            Synchronise(key=marked(f"{dossier.code}.v{last.version}", last.xid, "."), record=record)
        )
        for one in events:
            if isinstance(one.event, StepCompleted):
                line = _progress(one, one.event, procedure)
                await self._portal.progress(
                    PortalProgress(key=marked(f"{dossier.code}.v{one.version}.p", one.xid, "."), line=line)
                )

    async def _record(self, dossier: Dossier, procedure: Procedure, organisation: Organisation) -> DossierRecord:
        commitment = dossier.applicant.commitment
        person = (await self._vault.reveal_all([commitment])).get(commitment, {})
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
