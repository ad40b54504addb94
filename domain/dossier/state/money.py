"""The money of a dossier, in dong: what was requested, what came in on each order, what went back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.state.later_fields import NOT_THE_FIRST
from domain.values import Code, DocumentNumber, Instant

TRIES_APART = 1_000_000
"""The distance between the ids of two tries of the same refund: more than a dossier has refunds."""


@dataclass(frozen=True, kw_only=True)
class OrderAccount:
    """The money of one order at the platform, in dong. Money that meets no obligation goes back."""

    order: Code
    expires_at: Instant
    amount: int = 0
    """The amount of the order; 0: it was made by the first release."""
    settled: int = 0
    """The money on it that met an obligation."""
    held: int = 0
    """The money on it that waits for the rest of the obligation; it counts towards the obligation."""
    asked: int = 0
    """The number of the open question to the platform; 0: none is open."""
    looked_last: bool = False
    """True: it was looked at when it expired. From now on only a callback or an officer asks."""


@dataclass(frozen=True, kw_only=True)
class Refund:
    """Money that goes back to the applicant, in dong; under way until it has a reference."""

    number: int
    order: Code
    amount: int
    reference: str | None = None
    tries: Annotated[int, NOT_THE_FIRST] = 1
    """How often it was asked for: once more after each refusal that operators had asked again."""

    @property
    def effect(self) -> EffectId:
        """The call that sends the money back. Refunds are counted in steps of one, and tries in larger steps."""
        return EffectId(EffectKind.REFUND, self.number + TRIES_APART * (self.tries - 1))


@dataclass(frozen=True, kw_only=True)
class Money:
    """The money of all obligations and all orders of the dossier, in dong."""

    asked: int = 0
    """Everything that was requested and not cancelled, including the obligation in force."""
    met: int = 0
    """The part of it that has been paid and kept: through the platform, or in cash."""
    taken_in_cash: int = 0
    vouchers: tuple[DocumentNumber, ...] = ()
    """The cashier's receipts; each counts once."""
    checks_asked: int = 0
    accounts: tuple[OrderAccount, ...] = ()
    refunds: tuple[Refund, ...] = ()

    @property
    def held(self) -> int:
        """The money that has come in and waits for the rest of the obligation in force."""
        return sum(account.held for account in self.accounts)

    def may_come(self, account: OrderAccount) -> bool:
        """True if money may still come in without notice. Then the order is looked at once more when it expires."""
        taken = account.settled + self.sent_back(account.order)
        return not account.looked_last and (account.settled == 0 or taken < account.amount)

    def account(self, order: str | None) -> OrderAccount | None:
        """The money of one order; None for an order that is not this dossier's."""
        return next((account for account in self.accounts if account.order == order), None)

    def sent_back(self, order: str) -> int:
        """The money of an order that has gone back or is on its way. The platform's `paid` still includes it."""
        return sum(refund.amount for refund in self.refunds if refund.order == order)

    @property
    def checking(self) -> bool:
        """True if a question to the platform is open."""
        return any(account.asked for account in self.accounts)

    @property
    def refunds_under_way(self) -> tuple[Refund, ...]:
        """The refunds that have not gone back yet."""
        return tuple(refund for refund in self.refunds if refund.reference is None)

    @property
    def refund_owed(self) -> int:
        """The money that is on its way back."""
        return sum(refund.amount for refund in self.refunds_under_way)

    @property
    def refunded(self) -> int:
        """The money that has gone back."""
        return sum(refund.amount for refund in self.refunds if refund.reference is not None)
