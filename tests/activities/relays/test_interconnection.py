"""Tests of the relay to the interconnection software: each status once and in order, whatever the software answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from activities.adapters.errors import OutsideError
from activities.adapters.systems import open_outside
from activities.ledger.interconnected import key_of
from activities.relays.interconnection import BEHIND, RELAY, InterconnectionRelay, status_of
from activities.relays.one_at_a_time import NotNow
from activities.relays.relay import Relay
from activities.relays.set_aside import SetAsideList
from activities.relays.tries import TRIES
from domain.outside_systems import System
from tests.activities.adapters.given import filed
from tests.support.given import resolved, submitted, supplement_asked
from tests.support.relay_office import Office

pytestmark = pytest.mark.stack

FIRST, SECOND = "H42.1-250707-0001", "H42.1-250707-0002"
OPERATOR = "cb.TTPVHCC.operator.1"


class Line:
    """The relay, with a clock that a test moves."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.now = 0.0
        self.hand = InterconnectionRelay(office.outside.interconnection, office.pool, lambda: self.now)
        self.relay = Relay(RELAY, office.pool, self.hand.hand, group=self.hand.group, first=self.hand.again)

    async def application(self, dossier: str, application: str, *, known: bool = True) -> None:
        """The dossier came from the software, which knows it."""
        if known:
            await self.office.http.post(f"{self.office.simulator}/applications", json=[filed(application)])
        await self.office.pool.execute(
            "insert into dossier_code (key, code, fingerprint) values ($1, $2, '')", key_of(application), dossier
        )

    async def step(self, seconds: float = 10) -> int:
        self.now += seconds
        return await self.relay.step()

    async def told(self) -> list[str]:
        """The statuses in the order in which they had an effect."""
        return [
            f"{one['application']} {one['status']}" for one in (await self.office.inspect("interconnection"))["told"]
        ]

    async def aside(self) -> list[tuple[str, str]]:
        return [(one.dossier, one.code) for one in await SetAsideList(self.office.pool).open(RELAY)]


@pytest.fixture
def line(office: Office) -> Line:
    return Line(office)


async def test_each_status_is_told_once_in_order(line: Line, office: Office) -> None:
    """Only dossiers that came from the software are told. Beginning again tells nothing a second time."""
    await line.application(await office.record(resolved(), FIRST), "LT-1")
    await office.record(submitted(), SECOND)
    await line.step()
    assert await line.told() == ["LT-1 1", "LT-1 3", "LT-1 7", "LT-1 4"]
    await office.pool.execute("update cursor set xid = '1', position = 0 where reader = 'interconnection'")
    await line.step()
    effects = (await office.inspect("interconnection"))["effects"]
    assert {one["times"] for one in effects} == {1}
    assert await line.aside() == []


async def test_an_outage_costs_nothing_but_time(line: Line, office: Office) -> None:
    """While nobody answers the relay waits, and nothing is set aside; afterwards everything is told once, in order."""
    for number, application in ((FIRST, "LT-1"), (SECOND, "LT-2")):
        await line.application(await office.record(supplement_asked(), number), application)
    await office.control("interconnection", {"mode": "down"})
    for _ in range(TRIES + 2):
        with pytest.raises(OutsideError):
            await line.step()
    await office.control("interconnection")
    await line.step()
    told = await line.told()
    assert [one for one in told if one.startswith("LT-2")] == ["LT-2 1", "LT-2 3", "LT-2 7", "LT-2 2"]
    assert len(told) == 8
    assert await line.aside() == []


async def test_the_contract_changes_while_statuses_are_under_way(line: Line, office: Office) -> None:
    """A status got no answer in version 1 and had its effect. In version 2 it and the later ones arrive once, in order:
    the feed and the keys are the same."""
    await line.application(await office.record(supplement_asked(), FIRST), "LT-1")
    lost = {"mode": "effect_then_error", "match": {"TrangThai": "3"}}
    await office.control("interconnection", lost)
    with pytest.raises(OutsideError):
        await line.step()
    assert await line.told() == ["LT-1 1", "LT-1 3"]
    await office.control("interconnection")
    in_codes = [
        one.address.model_copy(update={"contract": "2"} if system is System.INTERCONNECTION else {})
        for system, one in office.outside.connections.items()
    ]
    async with open_outside(in_codes) as outside:
        later = Line(replace(office, outside=outside))
        await later.step()
    assert await line.told() == ["LT-1 1", "LT-1 3", "LT-1 7", "LT-1 2"]
    assert {one["times"] for one in (await office.inspect("interconnection"))["effects"]} == {1}
    assert await line.aside() == []


async def test_a_status_for_a_person_holds_only_its_own_application(line: Line, office: Office) -> None:
    """The later statuses wait behind it. The order to send it again sends all of them, each once."""
    for number, application in ((FIRST, "LT-1"), (SECOND, "LT-2")):
        await line.application(await office.record(supplement_asked(), number), application)
    await office.control("interconnection", {"mode": "refused", "match": {"MaHoSoLienThong": "LT-1", "TrangThai": "3"}})
    await line.step()
    assert sorted(await line.told()) == ["LT-1 1", "LT-2 1", "LT-2 2", "LT-2 3", "LT-2 7"]
    assert sorted(code for _, code in await line.aside()) == [BEHIND, BEHIND, "logic_invalid"]
    await line.step(10_000)
    assert len(await line.told()) == 5, "nobody has ordered it"
    await office.control("interconnection")
    await SetAsideList(office.pool).order_again(RELAY, FIRST, 2, OPERATOR, "Đã sửa mã")
    await line.step()
    assert [one for one in await line.told() if one.startswith("LT-1")] == ["LT-1 1", "LT-1 3", "LT-1 7", "LT-1 2"]
    assert await line.aside() == []
    mended = await office.pool.fetchrow("select mended_by, mended_why from relay_problem where version = 2")
    assert mended is not None
    assert tuple(mended) == (OPERATOR, "Đã sửa mã")


@pytest.mark.parametrize("mode", ["unknown_reply", "not_updated", "timeout"])
async def test_one_bad_application_never_blocks_the_others(line: Line, office: Office, mode: str) -> None:
    """What is never taken is set aside after some tries and sent again by itself when that helps."""
    for number, application in ((FIRST, "LT-1"), (SECOND, "LT-2")):
        await line.application(await office.record(submitted(), number), application)
    connection = office.outside.connections[System.INTERCONNECTION]
    before, connection.address = connection.address, connection.address.model_copy(update={"total_seconds": 0.3})
    await office.control("interconnection", {"mode": mode, "match": {"MaHoSoLienThong": "LT-1"}})
    for _ in range(TRIES - 1 + (mode == "timeout")):
        with pytest.raises(OutsideError):
            await line.step()
    await line.step()
    connection.address = before
    assert [dossier for dossier, _ in await line.aside()] == [FIRST]
    await office.control("interconnection")
    await line.step()
    await line.step(400)
    assert sorted(await line.told()) == ["LT-1 1", "LT-2 1"]
    assert await line.aside() == []


async def test_what_the_software_does_not_know_is_done(line: Line, office: Office) -> None:
    """`không tồn tại`: there is nobody to tell."""
    await line.application(await office.record(submitted(), FIRST), "LT-1", known=False)
    assert await line.step() > 0
    assert (await line.told(), await line.aside()) == ([], [])


async def test_without_an_address_nothing_is_lost(line: Line, office: Office) -> None:
    """The relay passes dossiers that concern nobody, and waits with those that do."""
    without = InterconnectionRelay(None, office.pool)
    relay = Relay(RELAY, office.pool, without.hand, group=without.group, first=without.again)
    await office.record(submitted(), SECOND)
    assert await relay.step() > 0
    await line.application(await office.record(submitted(), FIRST), "LT-1")
    with pytest.raises(NotNow):
        await relay.step()
    await line.step()
    assert await line.told() == ["LT-1 1"]


def test_every_end_is_told() -> None:
    """No application stays open there after its dossier has ended here."""
    ends = {event.kind: status_of(event) for event in resolved().events}
    assert [kind for kind, told in ends.items() if told] == [
        "dossier_submitted",
        "dossier_accepted",
        "dossier_routed",
        "dossier_resolved",
    ]
