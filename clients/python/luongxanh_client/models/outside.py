"""The outside systems: how each one is, the settings in force, and the orders about them."""

from __future__ import annotations

from datetime import datetime

from luongxanh_client.models.base import Answer, Bilingual, Question
from luongxanh_client.models.words import OutsideAct, SystemState


class OutsideOrder(Answer):
    """An order about an outside system. `until`: when it ends by itself."""

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


class OrderToGive(Question):
    """What is ordered for a system, and why. `hours` None: 4, of CLOSE 1."""

    act: OutsideAct
    hours: float | None = None
    reason: str


class GivenOrder(Answer):
    """What came of an order. `new` False: the same order holds already, or there was none to end."""

    new: bool
    order: OutsideOrder | None
