"""After a restore to an earlier moment: everything that others have of a dossier which the ledger lost as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from activities.adapters.payments import OrderState
from activities.adapters.systems import Outside, open_outside
from activities.ledger.pool import Pool, open_pool
from activities.ledger.servers import after_restore
from domain.outside_systems import Registry, System
from domain.rules.province import Province
from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM, Code
from gateway.cli.output import PLAIN, Output
from gateway.client.reconciling.outside import OutsideComparison, OutsideDifference, Unknown
from tests.activities.adapters.given import CITIZEN, order, record, register
from tests.support.databases import Database
from tests.support.one_dossier_told import Synchronise, synchronised
from tests.support.small_province import a_small_province
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator
from workers.commands.lost_page import lost_lines

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def province() -> Province:
    return a_small_province()


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """The ledger, which lost all dossiers of today."""
    owner = await open_pool(database.admin_url, 1)
    assert (await after_restore(owner, "op.1", "diễn tập", earlier=True)).needed
    await owner.close()
    opened = await open_pool(database.url, size=4)
    yield opened
    await opened.close()


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    simulator = Simulator(state=None, seed=5)
    with running_simulator(simulator) as url:
        async with open_outside(simulator.world.access.addresses(url, "H42", total_seconds=5.0)) as opened:
            yield opened


def lost_code(province: Province, number: int) -> Code:
    """A code of today of the first authority."""
    unit = province.organisation.units[0]
    return f"{unit.authority_id or unit.code}-{datetime.now(VIETNAM):%y%m%d}-{number:04d}"


async def compared(outside: Outside, pool: Pool, province: Province) -> list[OutsideDifference]:
    return [one async for one in OutsideComparison(outside, pool, province, Rulebook()).differences()]


async def test_everything_of_a_lost_dossier_is_found(outside: Outside, pool: Pool, province: Province) -> None:
    """The portal's record without personal data, the order, the entry. The search goes on over the codes of children,
    which the portal does not know, and finds money under a code that only the platform has."""
    first, later, paid_only = (lost_code(province, number) for number in (1, 8, 15))
    for code in (first, later):
        await synchronised(outside, Synchronise(key=f"sync-{code}", record=record(code=code)))
    for code in (first, paid_only):
        made = order(f"{code}.payment-order-1").model_copy(update={"dossier": code})
        await outside.payments.create_order(made)
    entry = register(Registry.CIVIL, f"{first}.register-1").model_copy(update={"dossier": first})
    await outside.registries.register(entry)
    found = await compared(outside, pool, province)
    assert [(one.what, one.system, one.dossier) for one in found] == [
        (Unknown.DOSSIER, System.PORTAL, first),
        (Unknown.ORDER, System.PAYMENTS, first),
        (Unknown.ENTRY, System.CIVIL, first),
        (Unknown.DOSSIER, System.PORTAL, later),
        (Unknown.ORDER, System.PAYMENTS, paid_only),
    ]
    assert found[0].facts["procedure"] == "1.001193"
    assert found[0].facts["submitted_at"]
    assert CITIZEN["name"] not in str(found)
    assert CITIZEN["identity_number"] not in str(found)
    assert OrderState.PENDING.value in found[1].theirs
    assert "128/2025/GKS" in found[2].theirs


async def test_one_that_was_entered_again_is_done_but_for_its_money(
    outside: Outside, pool: Pool, province: Province
) -> None:
    """It is told with its new code until the order of the old one is settled."""
    code = lost_code(province, 1)
    await synchronised(outside, Synchronise(key="sync", record=record(code=code)))
    await outside.payments.create_order(order(f"{code}.payment-order-1").model_copy(update={"dossier": code}))
    await pool.execute(
        "insert into number_in_use (kind, register, number, dossier, settled) "
        "values ('brought_over', 'luongxanh', number_as_compared($1), $2, false)",
        code,
        "H42.1-261128-5001",
    )
    [only] = await compared(outside, pool, province)
    assert (only.what, only.ours) == (Unknown.ORDER, "H42.1-261128-5001")


async def test_a_silent_system_is_told_once(pool: Pool, province: Province) -> None:
    """And not asked again for every code that may be lost."""
    simulator = Simulator(state=None, seed=5)
    with running_simulator(simulator) as url:
        addresses = simulator.world.access.addresses(url, "H42", total_seconds=1.0)
    async with open_outside(addresses) as outside:
        found = await compared(outside, pool, province)
    assert [(one.what, one.system) for one in found] == [
        (Unknown.NOT_ANSWERED, System.PORTAL),
        (Unknown.NOT_ANSWERED, System.PAYMENTS),
    ]


def test_what_a_person_does_for_a_lost_dossier() -> None:
    """Everything that others have of it is a step; nothing is to be paid or entered twice."""
    code = "H42.12-261128-0001"
    shown = {"procedure": "1.001193", "received_at": "20261128081500"}
    money = {"order": "ord-7", "state": "paid", "paid": "50000", "amount": "50000"}
    found = [
        OutsideDifference(what=Unknown.DOSSIER, system=System.PORTAL, dossier=code, facts=shown, lost=True),
        OutsideDifference(what=Unknown.ORDER, system=System.PAYMENTS, dossier=code, facts=money, lost=True),
        OutsideDifference(
            what=Unknown.ENTRY, system=System.CIVIL, dossier=code, theirs="128/2025/GKS (r-1)", lost=True
        ),
    ]
    for output, words in ((PLAIN, "Không thu lần nữa"), (Output(lang="en"), "Do not take it twice")):
        lines = list(lost_lines(found, output))
        steps = [line for line in lines if line.startswith("  ")]
        assert [step.split(".")[0].strip() for step in steps] == ["1", "2", "3", "4", "5"]
        assert f'"code": "{code}", "received_at": "2026-11-28T08:15:00+07:00"' in steps[1]
        assert "confirm_payment" in steps[2]
        assert words in steps[2]
        assert "128/2025/GKS" in steps[3]
    again = [found[1].model_copy(update={"ours": "H42.12-261128-5001"})]
    [step] = [line for line in lost_lines(again, PLAIN) if line.startswith("  ")]
    assert "H42.12-261128-5001" in step
    assert list(lost_lines([found[1].model_copy(update={"lost": False})], PLAIN)) == []
