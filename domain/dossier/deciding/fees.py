"""The fee: published, or that of a published case. Any other amount needs a legal basis and a second person.

A proposal blocks nothing: the dossier is accepted and processed meanwhile. Only the result waits for the decision.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.dossier.commands import Accept, ApproveFee, Charge, ProposeFee, RejectFee
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.guards import (
    UNDER_WAY,
    require_competence,
    require_not_signing,
    require_role,
    require_state,
    require_unit_of_dossier,
)
from domain.dossier.deciding.payment_requests import cancelled, requested
from domain.dossier.events import AnyEvent, FeeApproved, FeeProposed, FeeRejected
from domain.dossier.evolve import evolve, evolve_all
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier, ProposedFee, State
from domain.errors import InvalidInput, NotAuthorised, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.procedures.procedure import ChannelTerms
from domain.roles import Role

DECIDABLE = (*UNDER_WAY, State.PAYMENT_REQUESTED, State.SUPPLEMENT_REQUESTED)


@dataclass(frozen=True)
class StatedFee:
    """The fee as stated at intake, in dong."""

    amount: int
    basis: str | None = None
    open: bool = False
    """True: the catalogue has no fee and no published case was named, so the stated amount is a proposal."""
    proposed: ProposeFee | None = None


def stated_fee(terms: ChannelTerms, command: Accept, dossier: Dossier, revision: int) -> StatedFee:
    """The published fee, that of a published case, or another amount as a proposal."""
    if terms.fee is not None and command.fee is not None and command.fee > terms.fee:
        raise RuleViolation(
            DossierRefusal.FEE_ABOVE_PUBLISHED, dossier=dossier.code, fee=command.fee, published=terms.fee
        )
    if revision < Revision.SECOND and command.fee is not None:
        return StatedFee(command.fee)
    if command.fee_case is not None:
        return _fee_of_case(terms, command.fee_case, command.fee, dossier)
    if terms.fee is not None and command.fee in (None, terms.fee):
        return StatedFee(terms.fee)
    if command.fee is None:
        raise RuleViolation(DossierRefusal.FEE_NOT_STATED, dossier=dossier.code)
    if command.legal_basis is None:
        raise InvalidInput(DossierRefusal.FEE_WITHOUT_LEGAL_BASIS, dossier=dossier.code, fee=command.fee)
    proposed = ProposeFee(amount=command.fee, legal_basis=command.legal_basis)
    return StatedFee(terms.fee or 0, open=terms.fee is None, proposed=proposed)


def _fee_of_case(terms: ChannelTerms, code: str, stated: int | None, dossier: Dossier) -> StatedFee:
    case = terms.fee_case(code)
    if case is None:
        known = ", ".join(fee_case.code for fee_case in terms.fee_cases) or "–"
        raise InvalidInput(DossierRefusal.UNKNOWN_FEE_CASE, dossier=dossier.code, case=code, known=known)
    if stated not in (None, case.fee):
        facts = {"case": code, "amount": stated, "published": case.fee}
        raise RuleViolation(DossierRefusal.FEE_NOT_OF_CASE, dossier=dossier.code, **facts)
    return StatedFee(case.fee, basis=case.legal_basis)


def asked_at_intake(accepted: list[AnyEvent], fee: StatedFee, dossier: Dossier, context: Context) -> list[AnyEvent]:
    """Requests the fee at once, if the procedure says so; a proposal is recorded and waits."""
    after = evolve_all(dossier, accepted)
    rules = context.rules(after)
    if fee.proposed is not None:
        return [_proposed(after, fee.proposed, rules, context)]
    if fee.amount > 0 and rules.procedure.payment.before_processing:
        return [requested(after, fee.amount, rules, context)]
    return []


def propose_fee(dossier: Dossier, command: ProposeFee, context: Context) -> list[AnyEvent]:
    """A fee other than the published one, or a further obligation (a tax). Both are whole amounts, not additions."""
    require_state(dossier, *UNDER_WAY, State.PAYMENT_REQUESTED)
    require_role(context, Role.SPECIALIST, Role.RECEPTION, Role.CASHIER)
    require_unit_of_dossier(dossier, context)
    require_not_signing(dossier)
    if command.charge is Charge.TAX:
        require_competence(dossier, context)
    proposed = dossier.fees.proposed
    if proposed is not None:
        raise RuleViolation(DossierRefusal.FEE_ALREADY_PROPOSED, dossier=dossier.code, amount=proposed.amount)
    if context.revision >= Revision.SECOND and _changes_nothing(dossier, command, context.rules(dossier)):
        raise RuleViolation(
            DossierRefusal.FEE_STANDS, dossier=dossier.code, charge=command.charge, amount=command.amount
        )
    return [_proposed(dossier, command, context.rules(dossier), context)]


def _changes_nothing(dossier: Dossier, command: ProposeFee, rules: Rules) -> bool:
    """True if it proposes the published fee, or no tax, as it is already: a decision would only delay the result."""
    if command.charge is Charge.TAX:
        return command.amount == dossier.fees.tax == 0
    terms = rules.procedure.terms_for(dossier.intake.channel, dossier.intake.case)
    return terms is not None and command.amount == dossier.fees.fee == terms.fee


def approve_fee(dossier: Dossier, command: ApproveFee, context: Context) -> list[AnyEvent]:
    """A head of unit who did not propose it repeats the amount. What is then due is requested."""
    proposed = _proposal_to_decide(dossier, context)
    if context.actor.person == proposed.by:
        raise NotAuthorised(DossierRefusal.FEE_NEEDS_SECOND_PERSON, dossier=dossier.code, person=proposed.by)
    if command.amount != proposed.amount:
        facts = {"amount": command.amount, "proposed": proposed.amount}
        raise RuleViolation(DossierRefusal.FEE_NOT_AS_PROPOSED, dossier=dossier.code, **facts)
    _require_not_below_paid(dossier, proposed.charge, proposed.amount)
    approved = FeeApproved(
        at=context.now,
        charge=proposed.charge,
        amount=proposed.amount,
        by=context.actor.person,
        note=command.note,
    )
    return [approved, *_requested_again(evolve(dossier, approved), proposed.charge, proposed.legal_basis, context)]


def reject_fee(dossier: Dossier, command: RejectFee, context: Context) -> list[AnyEvent]:
    """The amount stays as it was. A fee that was not requested because of the proposal is requested now."""
    proposed = _proposal_to_decide(dossier, context)
    rejected = FeeRejected(
        at=context.now,
        charge=proposed.charge,
        amount=proposed.amount,
        legal_basis=command.legal_basis,
        note=command.note,
    )
    return [rejected, *_requested_again(evolve(dossier, rejected), proposed.charge, command.legal_basis, context)]


def require_fee_asked(dossier: Dossier, context: Context) -> None:
    """`fee_undecided`, `fee_not_asked`: no result is issued while its fee is open. A requested fee is already paid."""
    if context.revision < Revision.SECOND:
        return
    if dossier.fees.proposed is not None or dossier.fees.fee_open:
        raise RuleViolation(DossierRefusal.FEE_UNDECIDED, dossier=dossier.code)
    if dossier.fee_due > 0:
        raise RuleViolation(DossierRefusal.FEE_NOT_ASKED, dossier=dossier.code, due=dossier.fee_due)


def _proposal_to_decide(dossier: Dossier, context: Context) -> ProposedFee:
    require_state(dossier, *DECIDABLE)
    require_role(context, Role.HEAD_OF_UNIT, Role.SIGNATORY)
    require_unit_of_dossier(dossier, context)
    if dossier.fees.proposed is None:
        raise RuleViolation(DossierRefusal.NO_FEE_PROPOSED, dossier=dossier.code)
    return dossier.fees.proposed


def _proposed(dossier: Dossier, command: ProposeFee, rules: Rules, context: Context) -> FeeProposed:
    terms = rules.procedure.terms_for(dossier.intake.channel, dossier.intake.case)
    published = terms.fee if terms and command.charge is Charge.FEE else None
    if published is not None and command.amount > published:
        raise RuleViolation(
            DossierRefusal.FEE_ABOVE_PUBLISHED, dossier=dossier.code, fee=command.amount, published=published
        )
    policy = rules.procedure.payment
    at_most = policy.tax_at_most if command.charge is Charge.TAX else policy.open_fee_at_most
    if published is None and command.amount > at_most:
        raise RuleViolation(DossierRefusal.FEE_ABOVE_MAXIMUM, dossier=dossier.code, fee=command.amount, maximum=at_most)
    _require_not_below_paid(dossier, command.charge, command.amount)
    return FeeProposed(
        at=context.now,
        charge=command.charge,
        amount=command.amount,
        legal_basis=command.legal_basis,
        by=context.actor.person,
        note=command.note,
    )


def _require_not_below_paid(dossier: Dossier, charge: Charge, amount: int) -> None:
    """A lower fee does not return money that has met an obligation: that needs a decision outside this engine."""
    other = dossier.fees.fee if charge is Charge.TAX else dossier.fees.tax
    if amount + other < dossier.money.met:
        raise RuleViolation(DossierRefusal.FEE_BELOW_PAID, dossier=dossier.code, amount=amount, paid=dossier.money.met)


def _requested_again(dossier: Dossier, charge: Charge, legal_basis: str, context: Context) -> list[AnyEvent]:
    """Replaces a request for more than is now owed; requests what was never requested, if the procedure says so."""
    rules, payment = context.rules(dossier), dossier.payment
    if dossier.state is State.PAYMENT_REQUESTED:
        owed = min(payment.amount, dossier.fees.fee + dossier.fees.tax - dossier.money.met)
        if owed == payment.amount:
            return []
        cancellation = cancelled(dossier, legal_basis, context)
        after = evolve_all(dossier, cancellation)
        return [*cancellation, requested(after, owed, rules, context)] if owed > 0 else cancellation
    at_once = charge is Charge.TAX or rules.procedure.payment.before_processing
    if dossier.state in UNDER_WAY and dossier.fee_due > 0 and at_once and not dossier.signing.under_way:
        return [requested(dossier, dossier.fee_due, rules, context)]
    return []
