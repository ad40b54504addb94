"""What is to be paid: the fee and the obligation in force, in dong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.dossier.commands import Charge
from domain.values import Code, Instant


class PaymentStatus(StrEnum):
    NONE = "none"
    REQUESTED = "requested"  # an order is to be made
    ORDERED = "ordered"  # the applicant can pay
    PAID = "paid"
    MISMATCHED = "mismatched"  # too little arrived: a person must look
    EXPIRED = "expired"
    CANCELLED = "cancelled"  # the request was a mistake and was taken back


UNMET = frozenset({PaymentStatus.REQUESTED, PaymentStatus.ORDERED, PaymentStatus.MISMATCHED, PaymentStatus.EXPIRED})
"""The obligation in force can still be met; after the expiry too, if the order was paid at the last moment."""


@dataclass(frozen=True, kw_only=True)
class ProposedFee:
    """An amount that waits for a second person, in dong."""

    charge: Charge
    amount: int
    legal_basis: str
    by: Code


@dataclass(frozen=True, kw_only=True)
class Fees:
    """Everything that the dossier has to pay, in dong."""

    fee: int = 0
    """The fee, published or approved by a second person. It is requested at intake, or later by the officer."""
    fee_open: bool = False
    """True: the catalogue has no fee, and nobody has approved one yet."""
    tax: int = 0
    """The approved further obligation."""
    proposed: ProposedFee | None = None


@dataclass(frozen=True, kw_only=True)
class Payment:
    """The financial obligation in force, and the order by which it can be paid. In dong."""

    status: PaymentStatus = PaymentStatus.NONE
    amount: int = 0
    counted: int = 0
    """The part of `amount` that had come in before the order in force was requested: the order is for the rest."""
    requested_at: Instant | None = None
    expires_at: Instant | None = None
    attempt: int = 0
    order: Code | None = None
    pay_url: str | None = None
    polls: int = 0
    """How often the timer has asked the platform; a callback or an officer's question does not count."""
    cash: bool = False

    @property
    def unmet(self) -> bool:
        """True if an obligation is in force."""
        return self.status in UNMET
