"""Incidents for operators and watchers: lists them, and carries out what people do with them.

Each act is recorded by its source (the ledger, the register of rollouts, of webhooks) as it is done, and
is noted with the incident. Only an assignment and a note stand with the incident alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from activities.ledger.incident_rows import IncidentFilter, IncidentRows, Place
from activities.ledger.search.query import SearchScope
from activities.ledger.vault import Vault
from activities.relays.set_aside import SetAsideList
from activities.webhooks.orders import WebhookAct, WebhookOrders
from activities.webhooks.register import WebhookRegister
from domain.dossier.commands import RetryRefusedCall
from domain.errors import InvalidInput, NotAuthorised, NotFound, RuleViolation
from domain.incidents import REFUSALS, Incident, IncidentAct, IncidentAction, IncidentId, IncidentSource
from domain.messages.incidents import IncidentRefusal
from domain.operator_orders import require_operator, require_reason
from domain.privacy.particulars import require_unnamed_text
from domain.repairs.stuck_codes import cause_named
from domain.roles import Actor, Role
from domain.text.sentences import Choice
from domain.values import VIETNAM
from gateway.access.messages import AccessRefusal
from gateway.access.principals import Principal
from gateway.client.admitting.authorization import actor_for
from gateway.client.admitting.operators import operator_of
from gateway.client.engine import Engine
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.requests import ActRequest, Applicant
from gateway.client.watching.next_tries import NextTry

EVERYTHING = SearchScope()
ROLLOUTS_PER_SECOND = 20.0
"""The rate at which a rollout goes on after it was stuck."""
FOREVER = IncidentFilter(resolved=None)


@dataclass(frozen=True)
class Correction:
    """Other input for a call that was refused for good, or the evidence that a system did nothing for a call that was
    not; see `RetryRefusedCall`."""

    applicant: Applicant | None = None
    signer: str | None = None
    unit: str | None = None
    nothing_done: str | None = None
    registered_as: str | None = None

    @property
    def given(self) -> bool:
        """True if something is corrected."""
        return any(one is not None for one in (self.applicant, self.signer, self.unit, self.registered_as))


NOTHING_CORRECTED = Correction()


@dataclass(frozen=True)
class Order:
    """Who orders something and why. `who`: in whose name the account of this machine acts; None: the principal."""

    principal: Principal
    why: str
    who: str | None = None
    scope: SearchScope = EVERYTHING
    """The dossiers within reach of who orders."""
    of_province: bool = True
    """Whether who orders reaches the whole province: an incident of no dossier is the province's."""
    command_id: UUID | None = None
    """The id of the command on a dossier, so that the same order acts once; None: a new one."""


class Incidents:
    """The incidents of one province, over the engine that acts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._rows = IncidentRows(engine.pool)

    async def found(
        self,
        wanted: IncidentFilter,
        *,
        limit: int,
        scope: SearchScope = EVERYTHING,
        of_province: bool = True,
        place: Place | None = None,
    ) -> list[Incident]:
        """Up to `limit` incidents, the oldest first; before a place, the nearest first.

        `of_province`: also rollouts and webhooks, which belong to no dossier. Stuck rollouts are few, and stand on the
        first page. Without Temporal they are left out.
        """
        rows = await self._rows.of(scope, wanted, limit=limit, of_province=of_province, place=place)
        rollouts = [] if place is not None or not of_province else await self.stuck_rollouts(wanted)
        return [*rollouts, *rows]

    async def rows(
        self,
        wanted: IncidentFilter,
        *,
        limit: int,
        scope: SearchScope,
        of_province: bool,
        place: Place | None,
        dossier: str | None = None,
    ) -> list[Incident]:
        """The same without rollouts, for pages. `dossier`: only those of this one."""
        return await self._rows.of(scope, wanted, limit=limit, of_province=of_province, place=place, dossier=dossier)

    async def stuck_rollouts(self, wanted: IncidentFilter) -> list[Incident]:
        """The stuck rollouts that the filter wants. None when Temporal does not answer."""
        return [one for one in await self._rollouts() if wanted.wants(one)]

    async def one(self, incident: str, scope: SearchScope = EVERYTHING, *, of_province: bool = True) -> Incident:
        """The incident with this id, while it is there. Raises NotFound `unknown_incident`."""
        named = IncidentId.read(incident)
        if named.source is IncidentSource.ROLLOUT:
            rows = [one for one in await self._rollouts() if one.id == incident] if of_province else []
        else:
            rows = await self._rows.of(
                scope, FOREVER, limit=1, of_province=of_province, dossier=named.dossier, incident=incident
            )
        if not rows:
            raise NotFound(IncidentRefusal.UNKNOWN_INCIDENT, incident=incident)
        return rows[0]

    async def acts(self, incident: Incident) -> list[IncidentAct]:
        """What people did with it since it opened."""
        return await self._rows.acts(incident.id, incident.since)

    async def tries(self, incident: Incident) -> tuple[NextTry, ...] | None:
        """The next tries of the calls of its dossier to its system, each with why the last one failed. None of another
        incident than a call's; None as a whole: Temporal does not answer."""
        if incident.source is not IncidentSource.CALL or incident.dossier is None:
            return ()
        try:
            tries = await self._engine.queues.next_tries(incident.dossier)
        except EngineUnavailable:
            return None
        return tuple(one for one in tries if one.system == incident.system)

    async def assign(self, incident: str, to: str, order: Order) -> Incident:
        """Names the operator who is to look. Raises the errors of `one`, of the order, and those of `actor_for`."""
        found, who = await self._ordered(incident, IncidentAction.ASSIGN, order)
        require_operator(to)
        actor_for(to, Role.OPERATOR, None, self._engine.staff, datetime.now(VIETNAM))
        await self._rows.record(found.id, IncidentAction.ASSIGN, who, order.why, to)
        return found.model_copy(update={"assigned_to": to})

    async def resolve(self, incident: str, order: Order) -> Incident:
        """Notes it as dealt with. For an event that was set aside or given up, the event is left out for good.

        Raises RuleViolation `incident_still_there` while the engine offers another action; the errors of `one` and of
        the order.
        """
        found, who = await self._ordered(incident, IncidentAction.RESOLVE, order)
        named = IncidentId.read(found.id)
        if found.source is IncidentSource.RELAY and found.dossier:
            await SetAsideList(self._engine.pool).resolve(named.owner, found.dossier, int(named.part), who, order.why)
        elif found.source is IncidentSource.WEBHOOK and found.dossier:
            await self._webhook(named, WebhookAct.SKIP, who, order.why)
        await self._rows.record(found.id, IncidentAction.RESOLVE, who, order.why)
        return found.model_copy(update={"resolved": True})

    async def retry(self, incident: str, order: Order, correction: Correction = NOTHING_CORRECTED) -> Incident:
        """Does it again: asks for the refused call, sends the status or the webhook, resumes the rollout.

        A call that was not refused for good is asked under another id when two operators give `nothing_done`.

        Raises RuleViolation `incident_action_not_offered`; InvalidInput `incident_needs_no_input`; the errors of `one`,
        of the order, and of what is done.
        """
        stated = correction.nothing_done is not None
        found, who = await self._ordered(incident, IncidentAction.RETRY, order, stated=stated)
        named = IncidentId.read(found.id)
        stated = stated and found.source is IncidentSource.CALL
        if not stated and correction.given and found.cause not in REFUSALS:
            raise InvalidInput(IncidentRefusal.INCIDENT_NEEDS_NO_INPUT, incident=found.id)
        match found.source:
            case IncidentSource.CALL:
                await self._ask_again(named, who, order, correction)
            case IncidentSource.WEBHOOK:
                act = WebhookAct.RETRY if found.dossier else WebhookAct.RESUME
                await self._webhook(named, act, who, order.why)
            case IncidentSource.RELAY:
                aside = SetAsideList(self._engine.pool)
                await aside.order_again(named.owner, named.dossier or "", int(named.part), who, order.why)
            case _:
                await self._engine.repair_runs.resume(
                    order.principal, UUID(named.owner), who=order.who, per_second=ROLLOUTS_PER_SECOND, why=order.why
                )
        await self._rows.record(found.id, IncidentAction.RETRY, who, order.why)
        return found

    async def _ask_again(self, named: IncidentId, who: str, order: Order, correction: Correction) -> None:
        command = RetryRefusedCall(
            effect=named.effect,
            reason=order.why,
            signer=correction.signer,
            unit=correction.unit,
            nothing_done=correction.nothing_done,
            registered_as=correction.registered_as,
        )
        request = ActRequest(
            command_id=order.command_id or uuid4(),
            actor=Actor(person=who, role=Role.OPERATOR),
            command=command,
            applicant=correction.applicant,
        )
        await self._engine.act(order.principal, named.dossier or "", request)

    async def _webhook(self, named: IncidentId, act: WebhookAct, who: str, why: str) -> None:
        register = WebhookRegister(self._engine.pool)
        await WebhookOrders(self._engine.pool).record(
            named.owner, act, who, why, named.dossier if act is WebhookAct.SKIP else None
        )
        match act:
            case WebhookAct.SKIP:
                await register.skip(named.owner, None, named.dossier or "", who)
            case WebhookAct.RETRY:
                await register.retry(named.owner, None, named.dossier, who)
            case _:
                await register.resume(named.owner, None, who)

    async def _ordered(
        self, incident: str, action: IncidentAction, order: Order, *, stated: bool = False
    ) -> tuple[Incident, str]:
        """The incident and the operator. Everything about the order is checked before anything is done.

        `stated`: with a statement that a system did nothing, of which the dossier decides whether it is in place.
        """
        if not order.why.strip():
            raise InvalidInput(IncidentRefusal.INCIDENT_WITHOUT_REASON, incident=incident[:100])
        require_reason(order.why)
        who = operator_of(order.principal, order.who, self._engine.staff)
        found = await self.one(incident, order.scope)
        if found.dossier is not None:
            applicants = await Vault(self._engine.pool).applicants_of(found.dossier)
            require_unnamed_text("why", order.why, applicants)
        elif not order.of_province:
            raise NotAuthorised(AccessRefusal.WHOLE_PROVINCE_NEEDED)
        if not stated or found.source is not IncidentSource.CALL:
            require_offered(found, action)
        return found, who

    async def _rollouts(self) -> list[Incident]:
        """The stuck rollouts, each with the person to whom it is assigned. None when Temporal does not answer."""
        try:
            stuck = await self._engine.executors.stuck_rollouts()
        except EngineUnavailable:
            return []
        heads = {head.id: head for head in await self._engine.rollouts.register.heads()} if stuck else {}
        ids = {rollout: str(IncidentId(source=IncidentSource.ROLLOUT, owner=str(rollout))) for rollout in stuck}
        assigned = await self._rows.assigned(tuple(ids.values())) if ids else {}
        return [
            Incident(
                id=ids[rollout],
                source=IncidentSource.ROLLOUT,
                cause=cause_named(code),
                code=code,
                system=None,
                dossier=None,
                unit=None,
                since=heads[rollout].begun_at,
                assigned_to=assigned.get(ids[rollout]),
            )
            for rollout, code in stuck.items()
            if rollout in heads
        ]


def require_offered(found: Incident, action: IncidentAction) -> None:
    """Raises RuleViolation `incident_still_there`, `incident_action_not_offered` for what cannot be done with it."""
    offered = tuple(Choice(code=one, meaning=one.words) for one in found.actions)
    if action in found.actions:
        return
    if action is IncidentAction.RESOLVE:
        raise RuleViolation(
            IncidentRefusal.INCIDENT_STILL_THERE,
            incident=found.id,
            cause=Choice(code=found.cause, meaning=found.cause.words),
            offered=offered,
        )
    raise RuleViolation(
        IncidentRefusal.INCIDENT_ACTION_NOT_OFFERED,
        incident=found.id,
        action=Choice(code=action, meaning=action.words),
        offered=offered,
    )
