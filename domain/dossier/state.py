"""A dossier as it stands: an axis for its business state, one each for payment, signature, registration, identity."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import model_validator

from domain.deadlines import clock
from domain.deadlines.clock import Timing, WhichClock
from domain.dossier.commands import Charge, SubmittedDocument
from domain.dossier.effect_id import REGISTERING, EffectId, EffectKind
from domain.dossier.events import UnitMove
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel
from domain.rules.rulebook import Pins
from domain.values import Bilingual, Code, Day, DocumentNumber, Hash, Instant, Value


class State(StrEnum):
    """The ten states of the national portal, plus *suspended*, which shares code 8 with *stopped*."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PROCESSING = "processing"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    PAYMENT_REQUESTED = "payment_requested"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    RESOLVED = "resolved"
    RETURNED = "returned"

    @property
    def portal_code(self) -> int:
        """TrangThaiHoSo of the National Public Service Portal."""
        return _PORTAL_CODES[self]

    @property
    def vi(self) -> str:
        """The state's name on screens."""
        return _VIETNAMESE[self]

    @property
    def words(self) -> Bilingual:
        """What sentences call it."""
        return Bilingual(vi=self.vi, en=self.value.replace("_", " "))


_PORTAL_CODES = {
    State.SUBMITTED: 1,
    State.ACCEPTED: 2,
    State.REFUSED: 3,
    State.PROCESSING: 4,
    State.SUPPLEMENT_REQUESTED: 5,
    State.PAYMENT_REQUESTED: 6,
    State.WITHDRAWN: 7,
    State.SUSPENDED: 8,
    State.STOPPED: 8,
    State.RESOLVED: 9,
    State.RETURNED: 10,
}
_VIETNAMESE = {
    State.SUBMITTED: "Mới đăng ký",
    State.ACCEPTED: "Được tiếp nhận",
    State.REFUSED: "Không được tiếp nhận",
    State.PROCESSING: "Đang xử lý",
    State.SUPPLEMENT_REQUESTED: "Yêu cầu bổ sung",
    State.PAYMENT_REQUESTED: "Yêu cầu thực hiện nghĩa vụ tài chính",
    State.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    State.SUSPENDED: "Tạm dừng xử lý",
    State.STOPPED: "Dừng xử lý",
    State.RESOLVED: "Đã xử lý xong",
    State.RETURNED: "Đã trả kết quả",
}

TERMINAL = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RETURNED})
"""Nothing more is to be decided about the matter; outside systems may still have to be told."""

OPEN = frozenset(State) - TERMINAL - {State.RESOLVED}


class PaymentStatus(StrEnum):
    NONE = "none"
    REQUESTED = "requested"  # an order is to be made
    ORDERED = "ordered"  # the applicant can pay
    PAID = "paid"
    MISMATCHED = "mismatched"  # too little arrived: a person must look
    EXPIRED = "expired"
    CANCELLED = "cancelled"  # the request was a mistake and was taken back


UNMET = frozenset({PaymentStatus.REQUESTED, PaymentStatus.ORDERED, PaymentStatus.MISMATCHED, PaymentStatus.EXPIRED})
"""An obligation is in force that money may still meet; after the expiry too, if it was paid at the last moment."""


class ProposedFee(Value):
    """An amount that waits for a second person, in dong."""

    charge: Charge
    amount: int
    legal_basis: str
    by: Code


class OrderAccount(Value):
    """The money of one order at the platform, in dong. What comes in on it and settles nothing goes back."""

    order: Code
    expires_at: Instant
    amount: int = 0
    """What it asks for; 0: it was made by the first release."""
    settled: int = 0
    """What of it met an obligation."""
    held: int = 0
    """What has come in on it and waits for the rest of the obligation; it counts towards it."""
    asked: int = 0
    """The number of the question to the platform that is open; 0: none is."""
    looked_last: bool = False
    """It was looked at when it expired: from now on only a callback or an officer asks."""


class Refund(Value):
    """Money that goes back to the applicant, in dong; under way until it has a reference."""

    number: int
    order: Code
    amount: int
    reference: str | None = None


class Payment(Value):
    """The financial obligation of a dossier: the one in force, and the money of every order ever made. In dong."""

    status: PaymentStatus = PaymentStatus.NONE
    amount: int = 0
    attempt: int = 0
    order: Code | None = None
    pay_url: str | None = None
    requested_at: Instant | None = None
    expires_at: Instant | None = None
    polls: int = 0
    """How often the clock has asked by itself; a callback or an officer's question does not count."""
    cash: bool = False
    counted: int = 0
    """What had come in of `amount` before the order in force was asked for: the order is for the rest."""
    asked: int = 0
    """Everything that was ever asked for and not taken back; the obligation in force is a part of it."""
    met: int = 0
    """What of it has been paid and kept: through the platform, or in cash."""
    taken_in_cash: int = 0
    vouchers: tuple[DocumentNumber, ...] = ()
    """The cashier's receipts; each counts once."""
    checks_asked: int = 0
    accounts: tuple[OrderAccount, ...] = ()
    refunds: tuple[Refund, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _of_the_first_release(cls, stored: Any) -> Any:
        """A snapshot that does not say what was asked in all: the obligation it knows was the only one."""
        if not isinstance(stored, dict) or "asked" in stored or stored.get("status", "none") == "none":
            return stored
        amount = stored.get("amount", 0)
        met = amount if stored["status"] == "paid" else 0
        return {**stored, "asked": amount, "met": met, "taken_in_cash": met if stored.get("cash") else 0}

    @property
    def unmet(self) -> bool:
        """An obligation is in force."""
        return self.status in UNMET

    @property
    def rest(self) -> int:
        """What is missing of the obligation in force."""
        return self.amount - sum(account.held for account in self.accounts) if self.unmet else 0

    def open(self, account: OrderAccount) -> bool:
        """Money may still come in that nobody has told us of: it is looked at once more when it expires."""
        taken = account.settled + self.sent_back(account.order)
        return not account.looked_last and (account.settled == 0 or taken < account.amount)

    def account(self, order: str | None) -> OrderAccount | None:
        """The money of one order; None for an order that is not this dossier's."""
        return next((one for one in self.accounts if one.order == order), None)

    def sent_back(self, order: str) -> int:
        """What of an order's money has gone back or is on its way; the platform's `paid` is before refunds."""
        return sum(refund.amount for refund in self.refunds if refund.order == order)

    @property
    def checking(self) -> bool:
        """A question to the platform is open."""
        return any(account.asked for account in self.accounts)

    @property
    def refund_owed(self) -> int:
        """What is on its way back."""
        return sum(refund.amount for refund in self.refunds if refund.reference is None)

    @property
    def refunded(self) -> int:
        """What has gone back."""
        return sum(refund.amount for refund in self.refunds if refund.reference is not None)


class SigningStatus(StrEnum):
    NONE = "none"
    REQUESTED = "requested"
    SIGNED = "signed"
    SEALED = "sealed"
    HANDED_OVER = "handed_over"  # the token failed: the next level must sign


class Signing(Value):
    """The result's signature: the official signs, the clerk numbers, the authority seals."""

    status: SigningStatus = SigningStatus.NONE
    document: Hash | None = None
    result_number: DocumentNumber | None = None
    signer: Code | None = None
    unit: Code | None = None
    attempt: int = 0


class Identity(StrEnum):
    NOT_NEEDED = "not_needed"
    WANTED = "wanted"
    MATCHES = "matches"
    DIFFERS = "differs"
    CONFIRMED = "confirmed"  # it differs, and a person answers for going on


class Registration(Value):
    """Synchronisation of the issued result with the registry that must know it. It never holds the result up."""

    wanted: Code | None = None
    document: Hash | None = None
    reference: str | None = None


class Opinion(Value):
    """Another unit's opinion, asked and perhaps given."""

    unit: Code
    asked_at: Instant
    agrees: bool | None = None


class Supplement(Value):
    """One supplement request; open while `received_at` is None."""

    documents: tuple[Code, ...]
    requested_at: Instant
    received_at: Instant | None = None
    asked_from: State


class Fired(Value):
    """A rung of the ladder that fired, and when it last did."""

    rung: Code
    at: Instant


class Handover(Value):
    """One transfer from a unit to another; open until it is acknowledged or refused."""

    from_unit: Code
    to_unit: Code
    sent_at: Instant
    acknowledged_at: Instant | None = None
    refused_at: Instant | None = None
    lapsed_at: Instant | None = None
    """A merger left nobody to answer it."""
    overdue_at: Instant | None = None

    @property
    def open(self) -> bool:
        """The receiver has not answered."""
        return self.acknowledged_at is None and self.refused_at is None and self.lapsed_at is None


class Incident(Value):
    """An outside call that failed and is not yet made good."""

    effect: str
    system: str
    code: str
    since: Instant
    failures: int = 1
    final: bool = False


class Dossier(Value):
    """Everything that is now true of one dossier: the fold of its events. `state` is None before submission."""

    code: Code
    version: int = 0
    state: State | None = None
    pins: Pins | None = None
    procedure: Code | None = None
    channel: Channel | None = None
    case: int = 1
    received_by: Code | None = None
    assisted_by: Code | None = None
    competent: Code | None = None
    queue: Code | None = None
    """The coordination queue that must find the competent authority, while there is none."""
    responsible: Code | None = None
    """The unit that answers for finishing: the competent one, or the one that an escalation put in its place."""
    crossing: bool = False
    handovers: tuple[Handover, ...] = ()
    coordination_overdue_at: Instant | None = None
    moved_units: tuple[UnitMove, ...] = ()
    """The units that merged while the dossier was open: a command addressed to an old one still lands."""
    routed_on: Day | None = None
    """The day on which `competent` and `queue` were those units' codes (codes are reused)."""
    followed_on: Day | None = None
    """The day of the last merger that the dossier followed: on it, every code that then stood here was right."""
    binding_calendars: tuple[Hash, ...] = ()
    """Earlier calendars whose dates were promised and still bind."""
    matter: Matter | None = None
    applicant: Hash | None = None
    submitted_by: Code | None = None
    """The applicant's internal identifier when filed online; None when a desk filed it for somebody."""
    identity: Identity = Identity.NOT_NEEDED
    identity_asked: int = 0
    """How often the population database was to be asked: again when the applicant's entry is corrected."""
    documents: tuple[SubmittedDocument, ...] = ()
    submitted_at: Instant | None = None
    accepted_at: Instant | None = None
    ended_at: Instant | None = None
    moved_at: Instant | None = None
    """When it last came to another state or step: since when the one who is to act has had it."""
    updated_at: Instant | None = None
    timing: Timing | None = None
    statutory_due: Instant | None = None
    promised_due: Instant | None = None
    printed_promise: Instant | None = None
    """The date on the receipt the applicant holds. It never moves."""
    step: Code | None = None
    steps_done: tuple[Code, ...] = ()
    assignee: Code | None = None
    state_before_payment: State | None = None
    state_before_suspension: State | None = None
    supplements: tuple[Supplement, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    fee: int = 0
    """The fee, in dong: published, or approved by a second person; asked for at intake, or later by the officer."""
    fee_open: bool = False
    """The catalogue leaves the fee open, and nobody has approved one yet."""
    tax: int = 0
    """The further obligation that was approved, in dong."""
    proposed_fee: ProposedFee | None = None
    payment: Payment = Payment()
    signing: Signing = Signing()
    registration: Registration = Registration()
    result_number: DocumentNumber | None = None
    fired: tuple[Fired, ...] = ()
    """The rungs of the escalation ladder that have fired, the latest last; each stands here once."""
    extended_until: Instant | None = None
    late_statutory_minutes: int | None = None
    late_promised_minutes: int | None = None
    incidents: tuple[Incident, ...] = ()
    stars: int | None = None
    brought_over_from: Code | None = None
    received_elsewhere_at: Instant | None = None

    @property
    def closed(self) -> bool:
        """No command can follow but a rating or a correction, and no outside system waits to be told."""
        return self.state in TERMINAL and not self.waiting_for_world

    @property
    def waiting_for_world(self) -> bool:
        """Something outlives the matter itself: a registration, a refund, an order that can still be paid."""
        final = {incident.effect for incident in self.incidents if incident.final}
        registering = self.registration.wanted is not None and self.registration.reference is None
        refunds = (EffectId(EffectKind.REFUND, one.number) for one in self.payment.refunds if one.reference is None)
        return (
            (registering and self.state is State.RETURNED and REGISTERING not in final)
            or any(refund not in final for refund in refunds)
            or any(_looks(self.payment, account, final) for account in self.payment.accounts)
        )

    def late_minutes(self, which: WhichClock) -> int | None:
        """How late it was judged to be; see `late_statutory_minutes`."""
        return self.late_statutory_minutes if which is WhichClock.STATUTORY else self.late_promised_minutes

    @property
    def has_clock(self) -> bool:
        """It was accepted, and a limit or a promise is counted."""
        return self.timing is not None and any(clock.has(self.timing, which) for which in WhichClock)

    @property
    def judgement_open(self) -> bool:
        """It has its result, and its calendar ended before anybody could say whether that was late."""
        if self.timing is None or self.state not in (State.RESOLVED, State.RETURNED):
            return False
        return any(clock.has(self.timing, which) and self.late_minutes(which) is None for which in WhichClock)

    @property
    def beyond_the_calendar(self) -> tuple[WhichClock, ...]:
        """The clocks whose date waits for a longer calendar."""
        if self.timing is None or (self.ended_at is not None and not self.judgement_open):
            return ()
        dates = {WhichClock.STATUTORY: self.statutory_due, WhichClock.PROMISED: self.promised_due}
        return tuple(which for which, due in dates.items() if due is None and clock.has(self.timing, which))

    @property
    def fee_due(self) -> int:
        """What is to be paid and was not asked for yet, in dong; below 0 when more was asked than is owed."""
        return self.fee + self.tax - self.payment.asked

    @property
    def open_handover(self) -> Handover | None:
        """The transfer that nobody has answered yet."""
        return self.handovers[-1] if self.handovers and self.handovers[-1].open else None

    @property
    def open_supplement(self) -> Supplement | None:
        """The supplement that the applicant has been asked for and has not yet brought."""
        return next((one for one in self.supplements if one.received_at is None), None)


def _looks(payment: Payment, account: OrderAccount, final: set[str]) -> bool:
    if not account.asked:
        return payment.open(account)
    return EffectId(EffectKind.PAYMENT_QUERY, account.asked) not in final
