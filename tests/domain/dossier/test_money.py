"""Properties of money: whoever pays, cancels, waives or takes cash, in any order, no dong is lost or kept in excess."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.dossier.commands import (
    Accept,
    ApproveFee,
    CancelPaymentRequest,
    Charge,
    CheckPayment,
    ConfirmPayment,
    ProposeFee,
    RejectFee,
    RequestPayment,
    Resume,
    Suspend,
    Withdraw,
)
from domain.dossier.effects import CreatePaymentOrder
from domain.dossier.outcomes import EvaluateTimers, RecordFailure
from domain.dossier.state import TERMINAL
from domain.procedures.procedure import Procedure
from domain.roles import ENGINE
from tests.support.given import CASHIER, CITIZEN, DESK, HEAD, HEAD_OF_DESK, OFFICER
from tests.support.random_lives import LAW, Life, do_the_step
from tests.support.small_province import FREE, OPEN_FEE, PAID, PAID_LATER, TAXED

PUBLISHED = {PAID.code: 20_000, PAID_LATER.code: 20_000, TAXED.code: 20_000, FREE.code: 0, OPEN_FEE.code: None}
AMOUNTS = st.sampled_from([0, 1, 5_000, 10_000, 15_000, 20_000, 35_000, 90_000])
PARTS = st.sampled_from([5_000, 10_000, 15_000, 20_000, 35_000])
FEES = st.sampled_from([None, None, None, 5_000, 0])
picks = st.integers(0, 20)


class Counter(RuleBasedStateMachine):
    """A dossier, a payment platform with its own records, a till, and random commands of people."""

    @initialize(procedure=st.sampled_from([PAID, TAXED, TAXED, PAID_LATER, OPEN_FEE, FREE]), fee=FEES)
    def accepted(self, procedure: Procedure, fee: int | None) -> None:
        """The applicant submitted, and the desk accepted with the published fee or another."""
        self.life = Life.begin(procedure)
        self.published = PUBLISHED[procedure.code]
        self.owed = {Charge.FEE: self.published or 0, Charge.TAX: 0}
        """The amount due by the published terms and by what two persons have decided, computed by this machine
        alone."""
        self.proposal: tuple[Charge, int] | None = None
        self.till: dict[str, int] = {}
        stated = 5_000 if fee is None and self.published is None else fee
        if self.life.act(DESK, Accept(fee=stated, legal_basis=LAW)) and stated not in (None, self.published):
            self.proposal = (Charge.FEE, stated or 0)
        self.answered()

    @precondition(lambda self: self.proposal is None)
    @rule(charge=st.sampled_from(Charge), amount=AMOUNTS)
    def proposed(self, charge: Charge, amount: int) -> None:
        """A person proposes another amount."""
        if self.life.act(OFFICER, ProposeFee(charge=charge, amount=amount, legal_basis=LAW)):
            self.proposal = (charge, amount)

    @precondition(lambda self: self.proposal is not None)
    @rule(good=st.booleans())
    def decided(self, good: bool) -> None:
        """Another person decides."""
        assert self.proposal is not None
        charge, amount = self.proposal
        command = ApproveFee(amount=amount) if good else RejectFee(legal_basis=LAW)
        if self.life.act(HEAD_OF_DESK, command):
            self.proposal = None
            if good:
                self.owed[charge] = amount

    @precondition(lambda self: self.life.platform.paid)
    @rule(amount=PARTS, pick=picks, callbacks=st.integers(0, 3))
    def paid(self, amount: int, pick: int, callbacks: int) -> None:
        """A payment on any order of the platform: the latest, an older or an expired one. Most callbacks arrive."""
        orders = sorted(self.life.platform.paid, reverse=True)
        order = orders[pick % len(orders)]
        self.life.platform.paid[order] += amount
        if callbacks:
            self.life.act(ENGINE, CheckPayment(order=order))
        if callbacks > 1:
            self.answered()

    @rule()
    def answered(self) -> None:
        """The outside systems answer all calls."""
        for effect in self.life.reaction().effects:
            self.life.answer(effect)

    @rule(pick=picks)
    def answered_again(self, pick: int) -> None:
        """An earlier order is made late, or its answer is repeated."""
        orders = [one for one in self.life.wanted.values() if isinstance(one, CreatePaymentOrder)]
        if orders:
            self.life.answer(orders[pick % len(orders)])

    @rule(pick=picks)
    def failed(self, pick: int) -> None:
        """An outside system does not answer."""
        effects = self.life.reaction().effects
        if effects:
            effect = effects[pick % len(effects)].id
            self.life.must(RecordFailure(effect=effect, system="payments", code="down", final=False))

    @precondition(lambda self: self.life.dossier.payment.unmet)
    @rule(how=st.sampled_from(["the rest", "all of it", "something"]), amount=AMOUNTS, voucher=st.integers(1, 3))
    def in_cash(self, how: str, amount: int, voucher: int) -> None:
        """The cashier confirms an amount; a refused one was not taken."""
        dossier = self.life.dossier
        taken = {"the rest": dossier.unpaid, "all of it": dossier.payment.amount}.get(how, amount)
        number = f"BL/26E-{voucher}"
        if self.life.act(CASHIER, ConfirmPayment(amount=taken, voucher=number)):
            assert number not in self.till
            self.till[number] = taken

    @rule(amount=AMOUNTS, exact=st.booleans())
    def asked(self, amount: int, exact: bool) -> None:
        """A request for the amount due, or for another amount."""
        dossier = self.life.dossier
        due = dossier.unpaid if dossier.payment.unmet else max(dossier.fee_due, 1)
        self.life.act(CASHIER, RequestPayment(amount=due if exact else max(amount, 1)))

    @precondition(lambda self: self.life.dossier.payment.unmet)
    @rule()
    def taken_back(self) -> None:
        """The request is cancelled."""
        self.life.act(DESK, CancelPaymentRequest(legal_basis=LAW))

    @rule(hours=st.sampled_from([1, 80]))
    def time_passes(self, hours: int) -> None:
        """Time passes, and the timer fires if it is due."""
        self.life.now += timedelta(hours=hours)
        self.life.must(EvaluateTimers())

    @rule(pick=picks)
    def worked_on(self, pick: int) -> None:
        """A step is done, or the result is signed; rarely the dossier is suspended for a while, or withdrawn."""
        match pick:
            case 0:
                self.life.act(CITIZEN, Withdraw())
            case 1 | 2:
                if not self.life.act(HEAD, Suspend(legal_basis=LAW)):
                    self.life.act(HEAD, Resume())
            case _ if self.life.dossier.processing.step is not None:
                do_the_step(self.life, pick)

    @invariant()
    def the_platform_holds_what_the_dossier_kept(self) -> None:
        """No more is settled or refunded than was paid, and the settled amount is what platform and till hold."""
        money, platform = self.life.dossier.money, self.life.platform
        for account in money.accounts:
            assert account.settled + account.held + money.sent_back(account.order) <= platform.paid[account.order]
        assert sum(account.settled for account in money.accounts) + sum(self.till.values()) == money.met
        assert money.taken_in_cash == sum(self.till.values())

    @invariant()
    def nobody_owes_what_one_person_typed(self) -> None:
        """The amount due is the published fee or what two persons have decided; no more is requested or kept."""
        dossier = self.life.dossier
        if dossier.intake.accepted_at is not None:
            assert (dossier.fees.fee, dossier.fees.tax) == (self.owed[Charge.FEE], self.owed[Charge.TAX])
            assert dossier.money.met <= dossier.money.asked <= dossier.fees.fee + dossier.fees.tax
        if dossier.ended_at is not None and dossier.result.number is not None:
            assert dossier.money.met == dossier.fees.fee + dossier.fees.tax, "a result whose fee was not paid"

    def teardown(self) -> None:
        """At the end every callback arrives, every call is answered and every order expires; then the sums agree."""
        life = self.life
        for _ in range(2):
            for order in sorted(life.platform.paid):
                if life.dossier.money.account(order) is not None:
                    life.act(ENGINE, CheckPayment(order=order))
            life.settle()
            life.now += timedelta(days=30)
            life.settle()
        dossier, payment, money = life.dossier, life.dossier.payment, life.dossier.money
        awaited = payment.unmet and dossier.state not in TERMINAL
        held = sum(account.held for account in money.accounts) if awaited else 0
        assert sum(life.platform.holds(order) for order in life.platform.paid) + sum(self.till.values()) == (
            money.met + held
        )
        assert not money.refund_owed
        assert money.met == money.asked - (payment.amount if payment.unmet else 0)
        assert not awaited or held < payment.amount
        assert set(life.platform.paid) == {account.order for account in money.accounts}


def test_no_dong_is_lost_or_kept_in_excess() -> None:
    """After any course of events the dossier has kept the amount due and refunded everything else."""
    run_state_machine_as_test(
        Counter,
        settings=settings(
            max_examples=200, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
