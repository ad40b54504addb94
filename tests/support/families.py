"""An interconnected dossier with the dossiers of its children, and the follower as a pure function between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.dossier.commands import Accept, ConfirmPayment, Handback
from domain.dossier.context import Rules
from domain.dossier.group_acts import (
    OpensChild,
    command_for,
    correction_of,
    differs,
    opening,
    report_of,
    wanted_of_children,
)
from domain.dossier.group_commands import ChildStatus
from domain.dossier.state import ChildOfDossier, NotSubmitted, State
from domain.errors import DomainError
from domain.procedures.procedure import Procedure
from domain.roles import LINK
from tests.support.given import CASHIER, DESK, Case, submitted
from tests.support.small_province import RULEBOOK


@dataclass
class Family:
    """The whole, and each child that was opened."""

    whole: Case
    children: dict[str, Case] = field(default_factory=dict)

    def child(self, name: str) -> ChildOfDossier:
        """The child as the whole knows it."""
        return next(one for one in self.whole.dossier.children if one.child == name)

    def statuses(self) -> dict[str, ChildStatus]:
        """How each child stands for the whole."""
        return {one.child: one.status for one in self.whole.dossier.children}

    def follow(self) -> Family:
        """The follower carries out and reports until nothing is left."""
        while self._carry_out() or self._report():
            pass
        return self

    def disagreements(self) -> list[str]:
        """Children of which the whole does not know how they stand."""
        return [name for name, case in self.children.items() if differs(self.child(name), case.dossier)]

    def later(self, **delta: float) -> Family:
        """Moves the time of all forward."""
        for case in (self.whole, *self.children.values()):
            case.later(**delta)
        return self

    @property
    def rules(self) -> Rules:
        """The rules of the whole."""
        return Rules.pinned(self.whole.dossier.pins, RULEBOOK)

    def _carry_out(self) -> bool:
        whole = self.whole.dossier
        moved = False
        for act in wanted_of_children(whole, self.rules.procedure.children):
            if isinstance(act, OpensChild):
                if act.child not in self.children:
                    code = f"H42.13285-250707-10{len(self.children):02}"
                    case = Case(now=self.whole.now, standing=NotSubmitted(code))
                    case.when(LINK, opening(whole, act.child, self.rules))
                    self.children[act.child] = case
                    moved = True
                continue
            try:
                moved = bool(self.children[act.child].when(LINK, command_for(act, whole, Handback.COUNTER))) or moved
            except DomainError:
                continue  # a signature is under way: the child moves on by itself
        for case in self.children.values():
            correction = correction_of(whole, case.dossier)
            moved = (correction is not None and bool(case.when(LINK, correction))) or moved
        return moved

    def _report(self) -> bool:
        moved = False
        for case in self.children.values():
            told = report_of(case.dossier)
            assert told is not None
            moved = bool(self.whole.when(LINK, told)) or moved
        return moved


def a_family(procedure: Procedure, **changes: object) -> Family:
    """Given: an interconnected dossier, filed by a citizen, accepted and followed."""
    whole = submitted(procedure, **changes)
    whole.when(DESK, Accept())
    family = Family(whole)
    if whole.dossier.state is State.PAYMENT_REQUESTED:
        whole.when(CASHIER, ConfirmPayment(amount=whole.dossier.payment.amount, voucher="BL-1"))
    return family.follow()
