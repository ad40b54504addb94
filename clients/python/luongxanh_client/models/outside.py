"""The outside systems: how each one is, the settings in force, and the orders about them."""

from __future__ import annotations

from datetime import datetime

from luongxanh_client.models.base import Answer, Bilingual, Question
from luongxanh_client.models.words import OutsideAct, SystemState


class OutsideOrder(Answer):
    """An order about an outside system. `until`: when it ends by itself."""

    number: int = 0
    """An API of an earlier release does not tell it."""
    system: str
    act: OutsideAct
    act_words: Bilingual
    until: datetime | None
    who: str
    why: str
    at: datetime


class OutsideSystem(Answer):
    """One outside system, over all workers. Calls and failures are those of the last five minutes."""

    system: str
    name: Bilingual
    state: SystemState
    state_words: Bilingual
    since: datetime | None
    order: OutsideOrder | None
    obeyed_by: int
    workers: int
    running: int
    waiting: int
    calls: int
    failures: int
    per_second: float | None
    used_per_second: float
    succeeded_at: datetime | None
    failed_at: datetime | None
    failure: str
    failure_words: Bilingual | None


class OutsideSettings(Answer):
    """The file of outside systems as one worker uses it. `because`: why the content on disk was refused."""

    process: str
    version: str
    since: datetime | None
    refused: str | None
    because: Bilingual | None


class OutsideSystems(Answer):
    """Every outside system, the settings of each worker, and the last orders."""

    items: tuple[OutsideSystem, ...]
    settings: tuple[OutsideSettings, ...]
    orders: tuple[OutsideOrder, ...]


class OrderToPlan(Question):
    """What would be ordered for a system. `hours` None: 4, of CLOSE 1."""

    act: OutsideAct
    hours: float | None = None


class OrderToGive(OrderToPlan):
    """What is ordered for a system, and why. `seen`: as the plan says; with None it counts whatever is in force."""

    reason: str
    seen: int | None = None


class PlannedOrder(Answer):
    """What an order would do now. `seen`: the number of the order in force, 0 for none; sent along with the order, it
    is refused if another one is in force by then. `new` False: nothing would change."""

    system: OutsideSystem
    act: OutsideAct
    act_words: Bilingual
    hours: float | None
    new: bool
    effects: tuple[Bilingual, ...]
    seen: int


class GivenOrder(Answer):
    """What came of an order. `new` False: the same order holds already, or there was none to end."""

    new: bool
    order: OutsideOrder | None
