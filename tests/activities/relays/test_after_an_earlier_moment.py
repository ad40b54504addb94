"""A ledger that came back to an earlier moment: what others know of lost events is not taken for what follows now."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from activities.adapters.notice_requests import TextMessage
from activities.adapters.outside_calls import Call, OutsideCalls
from activities.events_out.cloud_events import CloudEvents
from activities.events_out.placed_events import PlacedEvents
from activities.ledger.dossier_codes import DossierCodes
from activities.ledger.feed import Cursor
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.pool import open_pool
from activities.ledger.reading import LedgerReader
from activities.ledger.servers import after_restore
from activities.ledger.vault import Vault
from activities.ledger.verification.walk import verify
from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.effects import CreatePaymentOrder, Effect, RegisterResult, SealResult, SignResult
from domain.dossier.outcomes import RecordFailure
from domain.record.restores import marked, span_of
from domain.values import VIETNAM
from gateway.client.reconciling.outside import RESTORED_DAYS
from tests.support.databases import Database
from tests.support.given import submitted
from tests.support.relay_office import Office

pytestmark = pytest.mark.stack

CODE = "H42.1-250707-0001"
NOW = datetime.now(UTC).replace(microsecond=0)


async def come_back(database: Database) -> None:
    """The ledger is told that it came back to an earlier moment, on the same server."""
    owner = await open_pool(database.admin_url, 1)
    try:
        found = await after_restore(owner, "op.1", "diễn tập", earlier=True)
        assert found.needed
        assert found.shift > 0
    finally:
        await owner.close()


@pytest.fixture
def calls(office: Office) -> OutsideCalls:
    reader = LedgerReader(office.pool)
    return OutsideCalls(
        office.outside,
        office.outside,
        Vault(office.pool),
        reader,
        OutsideTries(office.pool),
        "http://127.0.0.1:9/callback",
    )


async def outcome(calls: OutsideCalls, effect: Effect) -> Any:
    return (await calls.quick(Call(dossier=CODE, effect=effect))).outcome


async def counted(office: Office, system: str, service: str) -> list[int]:
    effects = (await office.inspect(system))["effects"]
    return [one["times"] for one in effects if one["service"] == service]


def signature(document: str, kind: EffectKind = EffectKind.SIGN) -> Effect:
    facts = {"id": EffectId(kind, 1), "document": document * 64, "unit": "13366"}
    return SignResult(**facts, signer="chairman") if kind is EffectKind.SIGN else SealResult(**facts)


@pytest.mark.parametrize("kind", [EffectKind.SIGN, EffectKind.SEAL])
async def test_another_document_is_signed_beside_the_lost_one(
    office: Office, calls: OutsideCalls, database: Database, kind: EffectKind
) -> None:
    """The same document gives the same signature. Another one is refused, unless the ledger came back to a moment."""
    lost = await outcome(calls, signature("a", kind))
    refused = await outcome(calls, signature("b", kind))
    assert (refused.kind, refused.code) == ("record_failure", "key_reused")
    await come_back(database)
    assert (await outcome(calls, signature("a", kind))).signature == lost.signature
    other = [await outcome(calls, signature("b", kind)) for _ in range(2)]
    assert other[0] == other[1]
    assert other[0].signature != lost.signature
    assert await counted(office, "signing", kind.value) == [1, 1]


def order(amount: int, minutes: int) -> CreatePaymentOrder:
    expires = NOW + timedelta(days=1, minutes=minutes)
    return CreatePaymentOrder(id=EffectId(EffectKind.PAYMENT_ORDER, 1), amount=amount, expires_at=expires)


async def test_a_lost_order_is_taken_up(office: Office, calls: OutsideCalls, database: Database) -> None:
    """Perhaps it was paid: a second one would be paid again. One of another amount is a question for a person."""
    lost = await outcome(calls, order(50_000, 0))
    await come_back(database)
    again = await outcome(calls, order(50_000, 9))
    assert (again.order, again.pay_url) == (lost.order, lost.pay_url)
    other = await outcome(calls, order(60_000, 9))
    assert (other.kind, other.code, other.final) == ("record_failure", "key_reused", True)
    (await office.http.post(f"{office.simulator}/pay/{lost.order}", json={})).raise_for_status()
    assert (await outcome(calls, order(50_000, 11))).order == lost.order
    assert await counted(office, "payments", "order") == [1]


async def test_a_lost_order_that_nobody_can_pay_is_left(
    office: Office, calls: OutsideCalls, database: Database
) -> None:
    """It has expired without a payment: a new one is made, once."""
    lost = await outcome(calls, order(50_000, 0))
    (await office.http.post(f"{office.simulator}/expire/{lost.order}", json={})).raise_for_status()
    await come_back(database)
    made = [(await outcome(calls, order(50_000, 9))).order for _ in range(2)]
    assert made[0] == made[1] != lost.order
    assert await counted(office, "payments", "order") == [1, 1]


def entry(number: str, hours: int, document: str = "d") -> RegisterResult:
    return RegisterResult(
        id=EffectId(EffectKind.REGISTER, 1),
        registry="civil",
        procedure="1.004873",
        unit="13366",
        result_number=number,
        document=document * 64,
        issued_at=NOW + timedelta(hours=hours),
    )


async def test_a_lost_entry_is_taken_up(office: Office, calls: OutsideCalls) -> None:
    """Only the hour differs: it is the entry. With another number or document a person must look."""
    lost = await outcome(calls, entry("12/QĐ", 0))
    assert (await outcome(calls, entry("12/QĐ", 2))).reference == lost.reference
    for other in (entry("13/QĐ", 2), entry("12/QĐ", 2, "e")):
        assert isinstance(await outcome(calls, other), RecordFailure)
    assert await counted(office, "civil", "registered") == [1]


@pytest.mark.parametrize(("same", "sent"), [(True, 1), (False, 2)])
async def test_a_notice_of_a_lost_event(office: Office, database: Database, same: bool, sent: int) -> None:
    """The same words are sent once; other words under the same key are sent too, and not set aside."""
    await come_back(database)
    text = f"Hồ sơ {CODE} đã được gửi." if same else "Hồ sơ cần bổ sung."
    kind = "submitted" if same else "supplement_requested"
    lost = TextMessage(key=f"{CODE}.v1.0", template=kind, phone="84912345678", text=text)
    await office.outside.notices.sms.send(lost)
    await office.record(submitted(), CODE)
    assert await office.notices().step() > 0
    assert await counted(office, "sms", "sent") == [1] * sent
    assert await office.pool.fetchval("select count(*) from relay_problem") == 0


async def test_events_have_other_names_for_others(office: Office, database: Database) -> None:
    """Before a restore an event is named as ever; afterwards the names of lost events are not used again."""
    await office.record(submitted(), CODE)
    await come_back(database)
    await office.record(submitted(), "H42.1-250707-0002")
    placed = (await PlacedEvents(office.pool).after(Cursor(), 10)).events
    out = CloudEvents("H42")
    names = [out.of(one).id for one in placed]
    assert names[0] == f"{CODE}/1"
    assert names[-1].startswith("H42.1-250707-0002/")
    assert names[-1].count("/") == 2
    assert (marked("a", 5, "/"), marked("a", 2 << 32, "/"), span_of(2 << 32)) == ("a", "a/2", 2)


async def test_codes_are_not_given_out_twice(office: Office, database: Database) -> None:
    """On the days that were lost numbering goes on 5000 higher for each restore, and the ledger verifies."""
    codes, today = DossierCodes(office.pool), datetime.now(VIETNAM).date()

    async def given(key: str, authority: str = "H42.12", day: date = today) -> int:
        return int((await codes.allocate(key, authority, day, "print")).rpartition("-")[2])

    assert [await given("a"), await given("b")] == [1, 2]
    await come_back(database)
    assert await given("a") == 1
    assert [await given("c"), await given("d", "H42.13"), await given("e")] == [5_001, 5_001, 5_002]
    assert await given("f", day=today + timedelta(days=1)) == 1
    await come_back(database)
    at_once = await asyncio.gather(*(given(key) for key in ("g", "g", "h", "g", "h")))
    assert sorted(set(at_once)) == [10_001, 10_002]
    assert await given("i") == 10_003
    assert (await verify(office.pool)).problems == ()


async def test_codes_of_a_clock_that_was_ahead(office: Office, database: Database) -> None:
    """The last event is of tomorrow, and the restore is declared by a clock that was put right: codes of the day of the
    last event were lost all the same."""
    tomorrow = datetime.now(VIETNAM) + timedelta(days=1)
    case = submitted()
    case.events = [event.model_copy(update={"at": tomorrow}) for event in case.events]
    await office.record(case, CODE)
    await come_back(database)
    code = await DossierCodes(office.pool).allocate("a", "H42.12", tomorrow.date(), "print")
    assert code.endswith("-5001")
    days = [row["day"] for row in await office.pool.fetch(RESTORED_DAYS)]
    assert tomorrow.date() in days
