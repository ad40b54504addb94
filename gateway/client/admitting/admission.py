"""Lets requests in: checks the principal, the scopes of a service and the actor before a command is sent to a dossier.

Two questions are asked in this order. In whose name may the principal act (`gateway.access.acting`)? Does that actor
hold the role in the unit today (`authorization`)? The second is not asked again of a command that acted before: who
sent it may have left since, and is answered all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from activities.ledger.pool import Pool
from activities.ledger.reading import DossierRow, LedgerReader, dossier_in
from domain.dossier.code_names import tell_names
from domain.dossier.commands import NOT_KEPT_YET, Assign, Claim, RetryRefusedCall, Sign
from domain.dossier.effect_id import EffectKind, kind_of
from domain.dossier.refused_calls import signer_again
from domain.errors import Conflict, DomainError, NotAuthorised, NotFound
from domain.messages.dossier import DossierRefusal
from domain.messages.organisation import OrganisationRefusal
from domain.organisation.staff import Staff
from domain.roles import Actor, Role
from domain.rules.province import Province
from domain.text.sentences import Choice
from gateway.access.acting import (
    carried,
    require_command_in_scope,
    require_may_bring_over,
    require_procedure_in_scope,
    sees_only_own,
    service_of,
)
from gateway.access.principals import Principal
from gateway.client.admitting.authorization import actor_for, admitted, admitted_submission, asks_the_dossier
from gateway.client.admitting.four_eyes import Deeds, FourEyesCheck
from gateway.client.pinned_rules import PinnedRules
from gateway.client.requests import ActRequest, Submission
from gateway.i18n.wording import act_name

SUBMIT = "submit"
"""The kind of the command that opens a dossier, as the scopes of services name it."""

SIGNS = Sign(document=NOT_KEPT_YET, result_number="1")
"""Stands for the order that a named signer would give, in the check of four eyes."""


def submitter(principal: Principal, actor: Actor, staff: Staff, at: datetime) -> Actor:
    """Who may have a dossier opened today in this name.

    Raises the errors of `carried`, of the scopes of services, and of `actor_for`.
    """
    let_in = carried(principal, actor, staff, at)
    service = service_of(principal, staff, at)
    if service is not None:
        require_command_in_scope(service, SUBMIT)
    return actor_for(let_in.person, let_in.role, let_in.unit, staff, at)


class Admission:
    """The checks of one province. `staff` returns the people and services of now; it is called for every request."""

    def __init__(
        self,
        pool: Pool,
        province: Province,
        staff: Callable[[], Staff],
        pinned: PinnedRules,
        four_eyes: FourEyesCheck,
    ) -> None:
        self._reader = LedgerReader(pool)
        self._organisation = province.organisation
        self._pinned = pinned
        self._staff = staff
        self._four_eyes = four_eyes

    async def of_act(self, principal: Principal, code: str, request: ActRequest, at: datetime) -> ActRequest:
        """The request with its actor checked and its carrier set.

        Raises NotFound `unknown_dossier`, also for a dossier that an applicant did not submit; the errors of `carried`,
        of the scopes of services, and of `admitted`; NotAuthorised `four_eyes`.
        """
        with self._names_in_refusals(at):
            request = await self._carried(principal, code, request, at)
            try:
                dossier, step_role, field = await self._what_is_asked_of(code, request, at)
                let_in = admitted(request, dossier, self._staff(), at, step_role=step_role, field=field)
                await self._require_signer(code, request, at)
                return await self._with_four_eyes(code, let_in)
            except (NotFound, NotAuthorised):
                if not await self._acted_before(code, request.command_id):
                    raise
                return request

    async def of_submission(
        self, principal: Principal, submission: Submission, command_id: UUID, at: datetime
    ) -> Submission:
        """The submission with its actor checked and its carrier set. Raises the errors of `carried`, of the scopes of
        services, of `require_may_bring_over`, and of `admitted_submission`."""
        with self._names_in_refusals(at):
            staff = self._staff()
            actor = carried(principal, submission.actor, staff, at)
            service = service_of(principal, staff, at)
            if service is not None:
                require_command_in_scope(service, SUBMIT)
                require_procedure_in_scope(service, submission.procedure)
            if submission.brought_over is not None:
                require_may_bring_over(principal, staff, at)
            submission = submission.model_copy(update={"actor": actor})
            try:
                return admitted_submission(submission, staff, at)
            except (NotFound, NotAuthorised):
                if await self._reader.command(command_id) is None:
                    raise
                return submission

    async def _carried(self, principal: Principal, code: str, request: ActRequest, at: datetime) -> ActRequest:
        staff = self._staff()
        actor = carried(principal, request.actor, staff, at)
        service = service_of(principal, staff, at)
        if service is not None:
            require_command_in_scope(service, request.command.kind)
        if sees_only_own(principal, actor):
            own = await self._row(code)
            if dossier_in(own).applicant.submitted_by != actor.person:
                raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=code)
        if service is not None and service.procedures is not None:
            require_procedure_in_scope(service, (await self._row(code)).procedure)
        return request.model_copy(update={"actor": actor})

    async def _row(self, code: str) -> DossierRow:
        found = await self._reader.dossier(code)
        if found is None:
            raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=code)
        return found

    async def _what_is_asked_of(
        self, code: str, request: ActRequest, at: datetime
    ) -> tuple[DossierRow | None, Role | None, str | None]:
        """The dossier, the role of its step and the field of its procedure, if the check of the actor needs them."""
        if not asks_the_dossier(request.actor, request.command, self._staff(), at):
            return None, None, None
        row = await self._row(code)
        if not isinstance(request.command, Assign | Claim) or row.step is None:
            return row, None, None
        rules = await self._pinned.of(dossier_in(row))
        return row, rules.step(row.step).role, rules.procedure.field

    async def _with_four_eyes(self, code: str, request: ActRequest) -> ActRequest:
        """The request, if nothing that its actor did in the dossier forbids the command.

        It is then bound to the version that was looked at: an act of the same person that is on its way is not passed
        by. Raises NotAuthorised `four_eyes`; Conflict `stale_version` for a version that the dossier does not have yet.
        """
        kind, actor = request.command.kind, request.actor
        if not self._four_eyes.concerns(kind):
            return request
        row = await self._row(code)
        by = Deeds(actor.person, as_applicant=actor.role is Role.APPLICANT)
        forbidden = await self._four_eyes.forbidden(row, by, (kind,))
        if forbidden is None:
            return request
        if kind in forbidden:
            done, policy = forbidden[kind]
            raise NotAuthorised(
                OrganisationRefusal.FOUR_EYES,
                dossier=code, person=actor.person, done=_named(done), command=_named(kind), source=policy.source,
            )  # fmt: skip
        seen = request.expected_version
        if seen is not None and seen > row.version:
            raise Conflict(DossierRefusal.STALE_VERSION, dossier=code, seen=seen, version=row.version)
        return request if seen is not None else request.model_copy(update={"expected_version": row.version})

    async def _require_signer(self, code: str, request: ActRequest, at: datetime) -> None:
        """Requires that whoever is asked for a refused signature again holds the post today and may sign.

        Raises the errors of `actor_for`, and NotAuthorised `four_eyes`.
        """
        command = request.command
        if not isinstance(command, RetryRefusedCall) or kind_of(command.effect) != EffectKind.SIGN:
            return
        row = await self._row(code)
        signer, unit = signer_again(dossier_in(row), command.signer, command.unit)
        if signer is None:
            return  # the dossier refuses it
        actor = actor_for(signer, Role.SIGNATORY, unit, self._staff(), at)
        signs = request.model_copy(update={"actor": actor, "command": SIGNS})
        await self._with_four_eyes(code, signs)

    async def _acted_before(self, code: str, command_id: UUID) -> bool:
        earlier = await self._reader.command(command_id)
        return earlier is not None and earlier.dossier == code

    @contextmanager
    def _names_in_refusals(self, at: datetime) -> Iterator[None]:
        try:
            yield
        except DomainError as refused:
            tell_names(refused, at.date(), self._organisation)
            raise


def _named(command: str) -> Choice:
    """The command with its words: machines get the code, people get both."""
    return Choice(code=command, meaning=act_name(command))
