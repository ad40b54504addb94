"""The client library: a backend service calls it to open dossiers, send commands, and read.

A command is sent to the dossier's workflow as an update. The answer comes after its events are in the ledger. The same
command may always be sent again with the same id: it acts once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from temporalio.client import Client
from temporalio.service import RPCError

from activities.ledger.brought_over import live_dossier
from activities.ledger.contracts import Appended
from activities.ledger.dossier_codes import DossierCodes, submission_of
from activities.ledger.pool import Pool
from activities.ledger.reading import DossierRow, LedgerReader, dossier_in
from activities.ledger.rules_store import RulesStore
from activities.ledger.vault import Vault
from domain.deadlines.calendar import WorkingCalendar
from domain.dossier.commands import NOT_KEPT_YET, Accept, CorrectEntry, CorrectMatter, Rate, Submit
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide, require_from_outside
from domain.dossier.group_commands import OpenChild
from domain.dossier.revision import CURRENT
from domain.dossier.state import Dossier, NotSubmitted
from domain.errors import Conflict, NotFound
from domain.messages.dossier import DossierRefusal
from domain.messages.record import RecordRefusal
from domain.messages.rules import RulesRefusal
from domain.organisation.addresses import administrative_part
from domain.organisation.routing import Matter
from domain.organisation.staff import Staff
from domain.privacy.applicant_names import applicants
from domain.privacy.particulars import (
    could_name_applicant,
    require_impersonal,
    require_impersonal_text,
    require_unnamed,
    require_unnamed_text,
)
from domain.record.sealing import RecordedEvent
from domain.roles import LINK, RECEIPT, RECEIPT_HOLDER, Actor, Role
from domain.rules.province import Province
from domain.rules.rulebook import Pins, RuleKind, hash_of_text
from domain.values import VIETNAM, Hash
from gateway.access.principals import Principal
from gateway.client.admitting.admission import Admission
from gateway.client.admitting.authorization import require_machine
from gateway.client.admitting.four_eyes import FourEyesCheck
from gateway.client.doctor.checks import Check
from gateway.client.doctor.servers import Servers
from gateway.client.dossier_client import ANSWER_WITHIN, DossierClient
from gateway.client.engine_errors import EngineUnavailable, Refused
from gateway.client.leave import LeaveInForce, LeaveOrders
from gateway.client.particulars import require_kept, with_new_applicant, with_postal_address
from gateway.client.pinned_rules import PinnedRules
from gateway.client.reconciling.orders import ReconciliationOrders
from gateway.client.releases.orders import ReleaseOrders
from gateway.client.repairs.build_health import BuildHealth
from gateway.client.repairs.failed_dossiers import FailedDossiers
from gateway.client.repairs.mechanics import mechanics_of
from gateway.client.repairs.plan_orders import RepairPlanOrders
from gateway.client.repairs.run_orders import RepairRunOrders
from gateway.client.replays import ReplayOrders
from gateway.client.requests import ActRequest, Submission, require_born, require_dossier_code, require_seen
from gateway.client.rollouts import RolloutOrders
from gateway.client.suggesting import Suggesting
from gateway.client.watching.executors import Executors
from gateway.client.watching.task_queues import TaskQueues
from workflows.messages import OpenDossier, Receipt

LOOKS = 4
"""How often an act is bound to the version at which four eyes were looked for, while the dossier goes on changing."""


class Engine:
    """Opens and drives dossiers for one province."""

    def __init__(
        self,
        temporal: Client,
        pool: Pool,
        province: Province,
        task_queue: str,
        staff: Callable[[], Staff] | None = None,
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        """`staff` returns the people and services of now.

        It is called for every act; by default it is the province's.
        A caller waits `answer_within` seconds for the answer to an act.
        """
        self._province = province
        self._temporal = temporal
        self._task_queue = task_queue
        self._staff = LeaveInForce(pool, staff or (lambda: province.staff))
        self.leave = LeaveOrders(pool, self._staff)
        self._rulebook = province.rulebook()
        self._codes = DossierCodes(pool)
        self._vault = Vault(pool)
        self._rules = RulesStore(pool)
        self._published: set[str] = set()
        """Hashes of rules that are known to be published. A published rule is never removed."""
        self.pool = pool
        self.reader = LedgerReader(pool)
        self._dossiers = DossierClient(temporal, self.reader, task_queue, answer_within)
        self._not_waiting = DossierClient(temporal, self.reader, task_queue, answer_within, until_recorded=False)
        self._pinned = PinnedRules(pool, self._rulebook)
        self.four_eyes = FourEyesCheck(self.reader, self._pinned, self._staff)
        """Looks up what a person may not do after what they did."""
        self._admission = Admission(pool, province, self._staff, self._pinned, self.four_eyes)
        self.suggesting = Suggesting(pool, province, self._staff)
        """Who should get an item of work."""
        self._set_up_orders(temporal, pool, task_queue)

    def _set_up_orders(self, temporal: Client, pool: Pool, task_queue: str) -> None:
        """What operators look at, and the orders that they give."""
        self.rollouts = RolloutOrders(temporal, pool, task_queue, self._staff)
        """Orders for changes of rules in open dossiers."""
        self.queues = TaskQueues(temporal, task_queue)
        """Who works for this engine, and what waits."""
        self.failed = FailedDossiers(temporal, pool, self.queues)
        """What does not go on, by its cause."""
        mechanics = mechanics_of(temporal, pool, self._dossiers)
        self.repair_plans = RepairPlanOrders(pool, mechanics, self.failed, self._staff)
        """Plans of repairs. They change nothing."""
        alone = self._province.defaults.repairs_alone
        self.repair_runs = RepairRunOrders(pool, self.rollouts, self._staff, alone)
        """Approvals of these plans, and their runs."""
        self.executors = Executors(temporal, pool)
        """Finds the workflows that are stuck."""
        self.releases = ReleaseOrders(temporal, pool, task_queue, self._staff, BuildHealth(temporal, pool, task_queue))
        """The builds of the worker, and orders which of them gets work."""
        self.reconciliations = ReconciliationOrders(temporal, pool, self._staff)
        """Comparisons of Temporal with the ledger, and orders to end workflows that no dossier needs."""
        self.replays = ReplayOrders(temporal, pool, task_queue, self._staff)
        """Replays of histories on the workers of a build."""

    @property
    def province(self) -> Province:
        """The rules of the province by which new dossiers are opened."""
        return self._province

    def checks(self) -> Iterator[Check]:
        """The checks of the servers of this engine, for `gateway.client.doctor`."""

        async def province() -> Province:
            return self._province

        return Servers(self.pool, self._temporal, province, self._task_queue).checks()

    @property
    def staff(self) -> Staff:
        """The people and services who may act today."""
        return self._staff()

    @property
    def staff_in_force(self) -> LeaveInForce:
        """The same, called for each question; whoever keeps the engine open runs its `watch`."""
        return self._staff

    async def temporal_answers(self) -> bool:
        """True when Temporal answers and serves."""
        try:
            return await self._temporal.service_client.check_health()
        except RPCError:
            return False

    async def publish_rules(self) -> int:
        """Publishes the province's rules for all workers; returns how many are new."""
        return await self._rules.publish(self._rulebook.stored())

    async def submit(
        self,
        principal: Principal,
        submission: Submission,
        now: datetime | None = None,
        *,
        until_recorded: bool = True,
    ) -> Receipt:
        """Opens a dossier for a verified principal and returns its receipt. The same key always gives the same dossier.

        A submission that the domain refuses stores nothing and starts no workflow. Raises the errors of
        `Admission.of_submission`; with `until_recorded` False ActUnderWay, as soon as the act is accepted.
        """
        now = (now or datetime.now(VIETNAM)).astimezone(VIETNAM)
        require_seen(submission.model_dump(mode="json"))
        require_born(submission.applicant, now.date(), self._province.defaults.oldest_applicant_years)
        command_id = submission_of(submission.key)
        submission = await self._admission.of_submission(principal, submission, command_id, now)
        pins = self._province.pins_for(submission.procedure, now.date(), submission.received_by)
        unit = self._province.organisation.unit(submission.received_by, now.date())
        matter = self._without_house(submission.matter, now)
        command = _submit_command(submission, matter, pins, applicant=NOT_KEPT_YET, note=None)
        draft = Act(command_id=command_id, actor=submission.actor, command=command)
        require_impersonal(draft)
        require_impersonal_text("key", submission.key)
        persons = applicants([submission.applicant.model_dump(mode="json")])
        require_unnamed(draft, persons)
        require_unnamed_text("key", submission.key, persons)
        decide(NotSubmitted("draft"), draft, Context(now=now, actor=submission.actor, rulebook=self._rulebook))
        await self._require_published(pins, command_id)
        await self._require_no_dossier_yet(submission, command_id)
        code = await self._codes.allocate(
            submission.key, unit.authority_id or unit.code, now.date(), submission.fingerprint
        )
        person = _personal(submission)
        earlier = await self._submitted_before(submission.key, code, person, command_id)
        if earlier is not None:
            return await self._dossiers.receipt_of(earlier)
        applicant = await self._vault.keep(code, person)
        note = await self._vault.keep(code, {"text": submission.note}) if submission.note else None
        act = draft.model_copy(update={"command": _submit_command(submission, matter, pins, applicant, note)})
        return await self._sender(until_recorded).open(OpenDossier(code=code, revision=CURRENT), act)

    async def _submitted_before(self, key: str, code: str, person: dict[str, Any], command_id: UUID) -> Appended | None:
        """What the same submission wrote before; None: nothing.

        Raises Conflict `key_reused` for other particulars under its key, and `command_id_reused`.
        """
        kept, earlier = await asyncio.gather(self._vault.first_of(code), self.reader.command(command_id))
        if kept not in (None, person):
            raise Conflict(RecordRefusal.KEY_REUSED, key=key, dossier=code)
        if earlier is not None and earlier.dossier != code:  # a command on another dossier took the id
            raise Conflict(
                RecordRefusal.COMMAND_ID_REUSED, dossier=code, command_id=command_id, used_for=earlier.dossier
            )
        return earlier

    async def _require_no_dossier_yet(self, submission: Submission, command_id: UUID) -> None:
        """Refuses to bring over a dossier that is here already, before a code is given and particulars are stored.

        It refuses nothing to a command that has acted before: that one gets its receipt.
        """
        if submission.brought_over is None:
            return
        refused = await live_dossier(self.pool, submission.brought_over)
        if refused is not None and await self.reader.command(command_id) is None:
            raise refused

    def _sender(self, until_recorded: bool) -> DossierClient:
        return self._dossiers if until_recorded else self._not_waiting

    async def is_under_way(self, code: str, update: str) -> bool:
        """Whether an act that was accepted has no outcome yet. Raises the errors of `DossierClient.is_under_way`."""
        return await self._dossiers.is_under_way(code, update)

    async def receipt(self, command_id: UUID) -> Receipt | None:
        """The receipt of a command that is recorded; None when it is not."""
        earlier = await self.reader.command(command_id)
        return None if earlier is None else await self._dossiers.receipt_of(earlier)

    async def _require_published(self, pins: Pins, command_id: UUID) -> None:
        """Raises Conflict `rules_not_published` when rules were changed in the files and not published yet.

        Workers do not know such rules. It raises nothing for a command that has acted before.
        """
        pinned: dict[RuleKind, str] = {kind: getattr(pins, kind.value) for kind in RuleKind}
        children = {child.procedure for child in pins.children}
        unknown = {*pinned.values(), *children} - self._published
        absent = unknown - await self._rules.published(unknown) if unknown else set()
        missing = [kind for kind, hash_ in pinned.items() if hash_ in absent]
        if children & absent and RuleKind.PROCEDURE not in missing:
            missing.append(RuleKind.PROCEDURE)
        if missing and await self.reader.command(command_id) is None:
            raise Conflict(RulesRefusal.RULES_NOT_PUBLISHED, kinds=missing)
        if not missing:
            self._published |= {*pinned.values(), *children}

    async def act(
        self, principal: Principal, code: str, request: ActRequest, *, until_recorded: bool = True
    ) -> Receipt:
        """Carries out a command on a dossier. The workflow of a closed dossier is started again, so it can be rated.

        The request's actor says in which capacity the act is done. The principal must be allowed to act in that name,
        and the actor must have the right today. Raises the errors of `Admission.of_act`; with `until_recorded` False
        ActUnderWay, as soon as the act is accepted.
        """
        require_dossier_code(code)
        require_seen(request.model_dump(mode="json"))
        seen: int | None = None
        for look in range(1, LOOKS + 1):
            let_in = await self._admission.of_act(principal, code, request, datetime.now(VIETNAM))
            try:
                return await self._act(code, let_in, seen, self._sender(until_recorded))
            except Refused as refused:
                bound = request.expected_version is None and let_in.expected_version is not None
                if refused.code != DossierRefusal.STALE_VERSION or not bound or look == LOOKS:
                    raise
            seen = (await self.dossier(code)).version
        raise AssertionError("the last look returns or raises")

    async def _act(
        self,
        code: str,
        request: ActRequest,
        ledger_version: int | None = None,
        sender: DossierClient | None = None,
    ) -> Receipt:
        """`ledger_version`: see `Act`. Temporal takes an act with it for another one than the act without."""
        await self._require_impersonal(code, request)
        command = await self._completed(code, request)
        command, address = self._correction_without_house(command, datetime.now(VIETNAM))
        if request.note or address:
            await self.dossier(code)  # stores nothing for a dossier that does not exist
            personal = {"text": request.note, "matter_address": address}
            command = command.model_copy(update={"note": await self._vault.keep(code, personal)})
        act = Act(
            command_id=request.command_id,
            actor=request.actor,
            command=command,
            expected_version=request.expected_version,
            ledger_version=ledger_version,
        )
        return await self._send(code, act, sender)

    async def act_as_machine(self, code: str, request: ActRequest) -> Receipt:
        """The same as `act`, for the engine's own machine roles, which hold no post. Not for requests from outside.

        Raises NotAuthorised `wrong_role` for any other role.
        """
        require_dossier_code(code)
        require_seen(request.model_dump(mode="json"))
        require_machine(request.actor)
        return await self._act(code, request)

    async def rate_by_receipt(self, code: str, command_id: UUID, stars: int, note: str | None = None) -> Receipt:
        """The rating of whoever showed the secret of the dossier's receipt, which the caller has checked.

        It is recorded as the applicant's, carried by the receipt: nobody signed in. Raises NotFound `unknown_dossier`;
        the errors of `rate`, and those of `act` for the note.
        """
        filed_by = dossier_in(await self.dossier(code)).applicant.submitted_by
        actor = Actor(person=filed_by or RECEIPT_HOLDER, role=Role.APPLICANT, carried_by=RECEIPT)
        request = ActRequest(command_id=command_id, actor=actor, command=Rate(stars=stars), note=note)
        require_seen(request.model_dump(mode="json"))
        return await self._act(code, request)

    async def rules_of(self, dossier: Dossier) -> Rules:
        """The rules that a dossier pinned, with the earlier calendars whose dates still bind.

        Raises NotFound `unknown_rule`, DatabaseUnavailable.
        """
        return await self._pinned.of(dossier)

    async def calendars(self, hashes: Collection[Hash]) -> dict[Hash, WorkingCalendar]:
        """The calendars with these hashes. One that cannot be read is left out. Raises DatabaseUnavailable."""
        return await self._pinned.calendars(hashes)

    async def send(self, code: str, act: Act) -> Receipt:
        """The same as `act_as_machine`, for an act without text: the payment platform's callback."""
        require_dossier_code(code)
        require_from_outside(act)
        require_machine(act.actor)
        return await self._send(code, act)

    async def _send(self, code: str, act: Act, sender: DossierClient | None = None) -> Receipt:
        await require_kept(self._vault, code, act.command)
        return await (sender or self._dossiers).send(code, act)

    async def open_child(self, command: OpenChild) -> Receipt:
        """Opens the dossier of a child of an interconnected one; the same child always gets the same dossier.

        Its code is of the authority that received the whole. The particulars stay those of the whole: the child has
        their commitment, and no copy.
        """
        key = f"lien-thong/{command.parent.dossier}/{command.parent.child}"
        command_id = submission_of(key)
        earlier = await self.reader.command(command_id)
        if earlier is not None:
            return await self._dossiers.receipt_of(earlier)
        authority, _, _ = command.parent.dossier.partition("-")
        code = await self._codes.allocate(key, authority, datetime.now(VIETNAM).date(), hash_of_text(key))
        act = Act(command_id=command_id, actor=LINK, command=command)
        return await self._dossiers.open(OpenDossier(code=code, revision=CURRENT), act)

    async def wake(self, code: str) -> bool:
        """Starts the workflow of an open dossier again from the ledger. False when it runs or is not needed."""
        return await self._dossiers.wake(code)

    async def dossier(self, code: str) -> DossierRow:
        """The row of a dossier in the register. Raises NotFound `unknown_dossier`."""
        require_dossier_code(code)
        return await self._dossiers.row(code)

    async def history(self, code: str) -> list[RecordedEvent]:
        """Every event of a dossier, in order. Raises NotFound `unknown_dossier`."""
        require_dossier_code(code)
        events = await self.reader.history(code)
        if not events:
            raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=code)
        return events

    async def _require_impersonal(self, code: str, request: ActRequest) -> None:
        """Refuses personal data in the command, before anything is stored.

        The vault is asked for the applicant's name only when the command has a free text.
        """
        command, _ = self._correction_without_house(request.command, datetime.now(VIETNAM))
        require_impersonal(command)
        require_impersonal(request.actor)
        if could_name_applicant(command):
            entered = applicants([request.applicant.model_dump(mode="json")] if request.applicant else [])
            require_unnamed(command, (*entered, *await self._vault.applicants_of(code)))

    async def _completed(self, code: str, request: ActRequest) -> Any:
        """The command with the rules of today and the commitment of new particulars, which the gateway adds."""
        command: Any = request.command
        if isinstance(command, Accept) and command.pins is None:
            command = command.model_copy(update={"pins": await self._pins_of_today(code, request.command_id)})
        if request.postal_address is not None:
            await self.dossier(code)  # stores nothing for a dossier that does not exist
            return await with_postal_address(self._vault, code, command, request.postal_address)
        if request.applicant is not None:
            row, today = await self.dossier(code), datetime.now(VIETNAM).date()
            return await with_new_applicant(self._vault, row, command, request.applicant, today)
        return command

    def _without_house(self, matter: Matter, now: datetime) -> Matter:
        """The matter with only the names of units in its address. The full address is stored in the vault only."""
        if matter.address is None:
            return matter
        place = administrative_part(matter.address, self._province.organisation, now.date())
        return matter.model_copy(update={"address": place})

    def _correction_without_house(self, command: Any, now: datetime) -> tuple[Any, str | None]:
        """A correction of the matter without its full address, and that address."""
        if not isinstance(command, CorrectEntry) or not isinstance(command.correction, CorrectMatter):
            return command, None
        matter = command.correction.value
        correction = command.correction.model_copy(update={"value": self._without_house(matter, now)})
        return command.model_copy(update={"correction": correction}), matter.address

    async def _pins_of_today(self, code: str, command_id: UUID) -> Pins:
        """The rules in force today. The dossier pins them at its acceptance, instead of those of its submission."""
        row = await self.dossier(code)
        pins = self._province.pins_for(row.procedure, datetime.now(VIETNAM).date(), row.received_by)
        await self._require_published(pins, command_id)
        return pins


def _submit_command(submission: Submission, matter: Matter, pins: Pins, applicant: str, note: str | None) -> Submit:
    return Submit(
        procedure=submission.procedure,
        pins=pins,
        channel=submission.channel,
        case=submission.case,
        received_by=submission.received_by,
        assisted_by=submission.assisted_by,
        matter=matter,
        applicant=applicant,
        documents=submission.documents,
        brought_over=submission.brought_over,
        postal_address=applicant if submission.postal_address else None,  # it is kept with the applicant
        note=note,
    )


def _personal(submission: Submission) -> dict[str, Any]:
    """What the vault keeps of a submission. The same key with another address is another submission."""
    person = {**submission.applicant.model_dump(mode="json"), "matter_address": submission.matter.address}
    if submission.postal_address is None:
        return person
    return {**person, "postal_address": submission.postal_address.model_dump(mode="json")}


__all__ = ["Engine", "EngineUnavailable", "Refused"]
