"""The money of a dossier: what was ever asked for, what came in on which order, what went back. In dong."""

from __future__ import annotations

from dataclasses import dataclass

from domain.values import Code, DocumentNumber, Instant


@dataclass(frozen=True, kw_only=True)
class OrderAccount:
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


@dataclass(frozen=True, kw_only=True)
class Refund:
    """Money that goes back to the applicant, in dong; under way until it has a reference."""

    number: int
    order: Code
    amount: int
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Money:
    """Of every obligation and every order that there ever was. In dong."""

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

    @property
    def held(self) -> int:
        """What has come in and waits for the rest of the obligation in force."""
        return sum(account.held for account in self.accounts)

    def may_come(self, account: OrderAccount) -> bool:
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
    def refunds_under_way(self) -> tuple[Refund, ...]:
        """Those that have not gone back yet."""
        return tuple(refund for refund in self.refunds if refund.reference is None)

    @property
    def refund_owed(self) -> int:
        """What is on its way back."""
        return sum(refund.amount for refund in self.refunds_under_way)

    @property
    def refunded(self) -> int:
        """What has gone back."""
        return sum(refund.amount for refund in self.refunds if refund.reference is not None)
