"""The orders that an operator gives on a page: each with a dry run, a reason that is recorded, and a confirmation.

An order is one entry of `ORDERS`. The page of an order is the same for all: what would be done, then the form. An
order acts through the same functions as the command line, under the name of who has signed in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from domain.values import Bilingual, Value
from gateway.console.visits import Visit


class Ask(Value):
    """A line that an order asks for beside the reason. The page of an order has its words, by the name."""

    name: str
    typed: str = ""
    """What stands there at first."""


class DryRun(Value):
    """What an order would do now. Nothing is written for it."""

    lines: tuple[Bilingual, ...]
    possible: bool = True
    """False: it would be refused, and the lines say why."""
    moves: bool = False
    """True: the numbers change all the time, so a confirmation holds although they have changed since."""
    sealed: str = ""
    """What must not have changed although the numbers may."""
    asks: tuple[Ask, ...] = ()
    """What it asks for. Nothing of it may stay empty."""

    @property
    def seal(self) -> str:
        """Changes when the order would do something else."""
        told = self.sealed if self.moves else self.model_dump_json()
        return hashlib.sha256(told.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Given:
    """An order that was confirmed: on what, and why. `typed`: what it asked for, by the names."""

    visit: Visit
    target: str
    why: str
    typed: Mapping[str, str] = field(default_factory=dict)
    sealed: str = ""
    """What the dry run has sealed."""


@dataclass(frozen=True)
class Order:
    """One kind of order. `look` and `give` raise the errors of what they call.

    `back` is the page that it came from; `{target}` in it stands for the target.
    """

    title: Bilingual
    button: Bilingual
    back: str
    look: Callable[[Visit, str], Awaitable[DryRun]]
    give: Callable[[Given], Awaitable[Bilingual]]
    """Returns the sentence about what was done."""
    undo: Bilingual
    """Whether and how it can be taken back."""
    dangerous: bool = False
    needs: str = "give_orders"
    """The operation of `PERMISSIONS` that says who may give the order, and what is within their reach."""

    def back_from(self, target: str) -> str:
        """The page that the order came from."""
        return self.back.replace("{target}", quote(target, safe=""))


Orders = Mapping[str, Order]
