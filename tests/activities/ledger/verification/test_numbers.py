"""Tests of the register of numbers in use: what differs from the events is named, and a rebuild repairs it."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from activities.ledger.integrity_report import Finding, Rebuilt
from activities.ledger.migrations import migrate, read_files
from activities.ledger.pool import Connection, DatabaseRefuses, Pool, open_pool
from activities.ledger.rules_store import RulesStore
from activities.ledger.store import Ledger
from activities.ledger.verification.walk import verify
from domain.dossier.commands import BroughtOver
from domain.dossier.events import (
    AnyEvent,
    DossierResolved,
    DossierWithdrawn,
    Due,
    PaymentConfirmed,
    ResultNumbered,
    ResultRejected,
    SignatureRequested,
)
from domain.errors import RuleViolation
from tests.support.databases import Database
from tests.support.ledger_samples import (
    MORNING,
    OFFICER,
    append,
    fold,
    open_dossier,
    open_every_connection,
    rebuilt,
    submitted,
)
from tests.support.small_province import ORGANISATION, RULEBOOK

pytestmark = pytest.mark.stack

AUTHORITY = "H42.101"
ROWS = "select kind, register, number, dossier, settled from number_in_use order by 1, 2, 3"
FIRST_RELEASE = "0700"
"""Earlier migrations claimed no numbers for events of release 0.1."""


def differing(done: Rebuilt) -> int:
    """How many rows of the register of numbers were different."""
    return sum(one.rows for one in done.tables if one.table == "number_in_use")


def ordered(number: str, numbered_by: str | None = AUTHORITY, at: datetime = MORNING) -> SignatureRequested:
    """The official of ward Hà Nam requests the signature."""
    return SignatureRequested(
        at=at, document="d" * 64, result_number=number, signer="official", unit="13366", attempt=1,
        numbered_by=numbered_by,
    )  # fmt: skip


def numbered(number: str) -> ResultNumbered:
    return ResultNumbered(at=MORNING, number=number)


def cash(voucher: str, receipted_by: str | None = AUTHORITY) -> PaymentConfirmed:
    """The cashier records a payment in cash."""
    due = Due(statutory=None, promised=None)
    return PaymentConfirmed(at=MORNING, amount=1, by="cashier", reference=voucher, due=due, receipted_by=receipted_by)


def resolved(number: str, numbered_by: str | None = AUTHORITY) -> DossierResolved:
    return DossierResolved(
        at=MORNING, result_number=number, document=None, registry=None, late_statutory_minutes=None,
        late_promised_minutes=None, numbered_by=numbered_by,
    )  # fmt: skip


async def problems(pool: Pool, code: str | None = None) -> tuple[Finding, ...]:
    return (await verify(pool, code, fold=fold)).problems


async def rows(pool: Pool) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await pool.fetch(ROWS)]


async def two(pool: Pool) -> tuple[str, str]:
    """Given: a dossier with a receipt, a number given in 2025 and a requested one; another dossier with its own
    numbers."""
    one = await open_dossier(pool, "one", cash("BL-1"), ordered("12/XN-UBND"), numbered("12/XN-UBND"))
    other = await open_dossier(pool, "two", cash("BL-2"), ordered("13/XN-UBND"))
    assert await problems(pool) == ()
    return one, other


SABOTAGE: dict[str, tuple[str, list[tuple[str, str, str | None]]]] = {
    "a number removed": (
        "delete from number_in_use where kind = 'result' and dossier = '{one}'",
        [("number_missing", "one", "result H42.101/2025: 12/XN-UBND ({one})")],
    ),
    "a receipt removed": (
        "delete from number_in_use where number = 'BL-1'",
        [("number_missing", "one", "voucher H42.101: BL-1 ({one})")],
    ),
    "moved to another dossier": (
        "update number_in_use set dossier = '{other}' where number = '12/XN-UBND'",
        [
            ("number_of_another", "one", "result H42.101/2025: 12/XN-UBND ({one})"),
            ("number_unfounded", "other", None),
        ],
    ),
    "moved to another year": (
        "update number_in_use set register = 'H42.101/2026' where number = '12/XN-UBND'",
        [("number_unfounded", "one", None), ("number_missing", "one", "result H42.101/2025: 12/XN-UBND ({one})")],
    ),
    "not given for good": (
        "update number_in_use set settled = false where number = '12/XN-UBND'",
        [("number_differs", "one", "result H42.101/2025: 12/XN-UBND ({one}) True")],
    ),
    "given for good": (
        "update number_in_use set settled = true",
        [("number_differs", "other", "result H42.101/2025: 13/XN-UBND ({other}) False")],
    ),
    "a forged number": (
        "insert into number_in_use values ('result', 'H42.101/2025', '99/XN-UBND', '{other}', true)",
        [("number_unfounded", "other", None)],
    ),
    "of a dossier that never was": (
        "insert into number_in_use values ('voucher', 'H42.101', 'BL-9', 'H42.12-250701-9999', true)",
        [("number_unfounded", "H42.12-250701-9999", None)],
    ),
}


@pytest.mark.parametrize("what", SABOTAGE)
async def test_a_row_that_was_altered_is_named_and_mended(pool: Pool, owner: Pool, what: str) -> None:
    """A changed row is named with register, year, number and dossier, and the rebuild restores the register."""
    one, other = await two(pool)
    named = {"one": one, "other": other}
    before = await rows(pool)
    statement, wanted = SABOTAGE[what]
    await pool.execute(statement.format(**named))
    found = [(problem.code, problem.dossier, problem.expected) for problem in await problems(pool)]
    assert found == [
        (code, named.get(dossier, dossier), expected and expected.format(**named)) for code, dossier, expected in wanted
    ]
    assert differing(await rebuilt(owner)) >= 1
    assert await rows(pool) == before
    assert await problems(pool) == ()
    assert differing(await rebuilt(owner)) == 0


async def test_one_dossier_is_compared_alone(pool: Pool) -> None:
    """Verifying one dossier names what was removed from it, and nothing of the other."""
    one, other = await two(pool)
    await pool.execute("update number_in_use set dossier = $1 where number = 'BL-1'", other)
    assert [problem.code for problem in await problems(pool, one)] == ["number_of_another"]
    assert [problem.code for problem in await problems(pool, other)] == ["number_unfounded"]


async def test_a_register_thrown_away_is_written_anew(pool: Pool, owner: Pool) -> None:
    """The rebuild makes the register from the events alone, without released numbers."""
    one, _ = await two(pool)
    back = await open_dossier(
        pool, "three", ordered("14/XN-UBND"), ResultRejected(at=MORNING, step="s", to_step="t"), ordered("15/XN-UBND"),
        DossierWithdrawn(at=MORNING, by="desk"),
    )  # fmt: skip
    await open_dossier(pool, "four", ordered("14/XN-UBND"), numbered("14/XN-UBND"), resolved("14/XN-UBND", None))
    await open_dossier(pool, "five", resolved("20/XN-UBND"))
    before = await rows(pool)
    assert back not in {row[3] for row in before}
    await pool.execute("delete from number_in_use")
    assert differing(await rebuilt(owner)) == len(before)
    assert await rows(pool) == before
    with pytest.raises(RuleViolation, match="result_number_taken"):
        await open_dossier(pool, "six", ordered("12/xn-ubnd"))
    assert one


def claims_of(events: list[AnyEvent]) -> dict[tuple[str, str, str], bool]:
    """The numbers that a dossier's events claim, step by step, each with whether it is final."""
    claims: dict[tuple[str, str, str], bool] = {}
    for event in events:
        if isinstance(event, SignatureRequested | ResultRejected | DossierWithdrawn | DossierResolved):
            claims = {key: settled for key, settled in claims.items() if settled}
        if isinstance(event, SignatureRequested | DossierResolved):
            register = f"{event.numbered_by or OFFICER.unit}/{event.at.year}"
            key = ("result", register, event.result_number.upper())
            claims[key] = isinstance(event, DossierResolved) or claims.get(key, False)
        elif isinstance(event, ResultNumbered):
            claims = dict.fromkeys(claims, True)
        elif isinstance(event, PaymentConfirmed):
            claims["voucher", event.receipted_by or str(OFFICER.unit), event.reference] = True
    return claims


@pytest.mark.parametrize("seed", range(6))
async def test_the_append_claims_what_the_events_say(pool: Pool, owner: Pool, seed: int) -> None:
    """Whatever happens to the results of some dossiers, in any order, the register agrees with the events."""
    chance = random.Random(seed)  # noqa: S311  a story, no secret
    happened: dict[str, list[AnyEvent]] = {}
    refused: set[str] = set()
    for number in range(3):
        code = f"H42.12-250701-{number:04d}"
        happened[code] = [submitted(code)]
        await Ledger(pool).record(append(code, happened[code]))
    for _ in range(60):
        code = chance.choice(list(happened))
        might: list[AnyEvent] = [
            ordered(f"{chance.randint(1, 4)}/KQ", chance.choice([AUTHORITY, None])),
            ordered(f"{chance.randint(1, 4)}/kq", at=MORNING + timedelta(days=chance.choice([0, 365]))),
            numbered("any"), ResultRejected(at=MORNING, step="s", to_step="t"),
            DossierWithdrawn(at=MORNING, by="desk"), resolved(f"{chance.randint(1, 4)}/KQ"),
            cash(f"BL-{chance.randint(1, 4)}", chance.choice([AUTHORITY, None])),
        ]  # fmt: skip
        event = chance.choice(might)
        try:
            await Ledger(pool).record(append(code, [event], after=happened[code]))
        except RuleViolation as taken:
            refused.add(taken.code)
        else:
            happened[code].append(event)
    assert "result_number_taken" in refused
    wanted = {(*key, code, settled) for code, events in happened.items() for key, settled in claims_of(events).items()}
    assert set(await rows(pool)) == wanted
    assert [one for one in await problems(pool) if one.table == "number_in_use"] == []
    assert differing(await rebuilt(owner)) == 0


async def test_two_cashiers_at_once_and_one_gets_the_receipt(pool: Pool) -> None:
    """Of cashiers who use one receipt number at the same time, in any spelling, one succeeds; the others get its
    dossier in the error and write nothing."""
    codes = [await open_dossier(pool, f"key-{number}") for number in range(5)]
    await open_every_connection(pool)
    written = ["BL 01", "bl01", "BL01", "Bl 01", "BL 0 1"]
    asked = (
        Ledger(pool).record(append(code, [cash(voucher)], after=[submitted(code)]))
        for code, voucher in zip(codes, written, strict=True)
    )
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one for one in answers if isinstance(one, RuleViolation)]
    [kept] = [one.dossier for one in answers if not isinstance(one, BaseException)]
    assert [(one.code, one.facts["used_for"]) for one in refused] == [("voucher_used", kept)] * 4
    assert await pool.fetchval("select count(*) from event where kind = 'payment_confirmed'") == 1
    [receipt] = [row for row in await rows(pool) if row[0] == "voucher"]
    assert receipt == ("voucher", AUTHORITY, "BL01", kept, True)


async def test_a_key_that_was_added_to_the_register_is_told_and_holds_nobody_up(
    pool: Pool, superuser: Connection
) -> None:
    """When a claim violates an added key, it is refused at once with its SQLSTATE and nothing is written."""
    await superuser.execute("create unique index one_each on number_in_use (dossier)")
    code = await open_dossier(pool, "one", cash("BL-1"))
    happened: list[AnyEvent] = [submitted(code), cash("BL-1")]
    second = append(code, [cash("BL-2")], after=happened)
    with pytest.raises(DatabaseRefuses) as refused:
        await asyncio.wait_for(Ledger(pool).record(second), 10)
    assert (refused.value.code, refused.value.facts["sqlstate"]) == ("ledger_refused", "23505")
    assert [row[2] for row in await rows(pool)] == ["BL-1"]


async def test_the_same_receipt_of_another_unit_is_another_receipt(pool: Pool) -> None:
    """Another unit may use the same receipt number, and a result may have the number of a receipt."""
    await open_dossier(pool, "one", cash("1"), ordered("1"))
    await open_dossier(pool, "two", cash("1", "H42.102"), ordered("1", "H42.102"))
    assert await problems(pool) == ()


async def test_a_rebuild_beside_work_loses_no_number(pool: Pool, owner: Pool) -> None:
    """Numbers that are claimed or released during a rebuild are in the register as the events say."""
    codes = [await open_dossier(pool, f"key-{number}") for number in range(4)]

    async def work(code: str, number: int) -> None:
        happened: list[AnyEvent] = [submitted(code)]
        for turn in range(12):
            name = f"{number}-{turn}"
            for event in (ordered(name), ResultRejected(at=MORNING, step="s", to_step="t"), cash(name)):
                await Ledger(pool).record(append(code, [event], after=happened))
                happened.append(event)

    working = asyncio.gather(*(work(code, number) for number, code in enumerate(codes)))
    while not working.done():
        await rebuilt(owner)
    await working
    assert await problems(pool) == ()


async def as_release_one_wrote_it(superuser: Connection, pool: Pool, key: str, *events: AnyEvent) -> str:
    """A dossier whose events claimed no number, as the first release wrote them."""
    await superuser.execute("alter table event disable trigger claim_numbers")
    code = await open_dossier(pool, key, *events)
    await superuser.execute("alter table event enable always trigger claim_numbers")
    return code


@pytest.mark.parametrize("page", [200, 1])
async def test_numbers_of_the_first_release_are_claimed_and_a_doubled_one_is_told(
    pool: Pool, owner: Pool, superuser: Connection, page: int
) -> None:
    """The earlier dossier gets the number; the later one is named with the number, register and other dossier."""
    later_code = "H42.12-250701-0000"
    first = await as_release_one_wrote_it(superuser, pool, "one", ordered("12/XN", None), numbered("12/XN"))
    # the later dossier has the lower code: the time decides, not the code
    happened: list[AnyEvent] = [submitted(later_code), ordered("12/XN", None)]
    await superuser.execute("alter table event disable trigger claim_numbers")
    await Ledger(pool).record(append(later_code, happened))
    await superuser.execute("alter table event enable always trigger claim_numbers")
    assert {one.code for one in await problems(pool) if one.table == "number_in_use"} == {"number_missing"}
    assert differing(await rebuilt(owner, page=page)) == 1
    assert differing(await rebuilt(owner, page=page)) == 0
    assert await rows(pool) == [("result", "13366/2025", "12/XN", first, True)]
    [finding] = [one for one in await problems(pool) if one.table == "number_in_use"]
    assert (finding.code, finding.dossier, finding.version) == ("number_doubled", later_code, 2)
    assert finding.expected == f"result 13366/2025: 12/XN ({later_code})"
    assert finding.found == f"result 13366/2025: 12/XN ({first})"
    # the result is still numbered: automatic steps are not refused
    await Ledger(pool).record(append(later_code, [numbered("12/XN")], after=happened))
    assert [one.code for one in await problems(pool) if one.table == "number_in_use"] == ["number_doubled"]


async def test_a_number_of_the_first_release_is_in_the_register_of_its_authority(pool: Pool) -> None:
    """The organisation that the dossier pinned gives an old number's authority, so no new result can take it."""
    await RulesStore(pool).publish(RULEBOOK.stored())
    unit = ORGANISATION.unit("13366", MORNING.date())
    [organisation] = [rule.hash for rule in RULEBOOK.stored() if rule.kind == "organisation"]
    finding: dict[str, AnyEvent] = {
        "H42.12-250701-0008": ordered("12/XN", None),
        "H42.12-250701-0009": cash("BL-7", None),
    }
    for code, event in finding.items():
        opening = submitted(code)
        pins = opening.pins.model_copy(update={"organisation": organisation})
        happened: list[AnyEvent] = [opening.model_copy(update={"pins": pins}), event]
        await Ledger(pool).record(append(code, happened))
    assert [row[:3] for row in await rows(pool)] == [
        ("result", f"{unit.authority_id}/2025", "12/XN"), ("voucher", unit.authority_id, "BL-7"),
    ]  # fmt: skip
    with pytest.raises(RuleViolation, match="result_number_taken"):
        await open_dossier(pool, "three", ordered("12/XN", unit.authority_id))


async def test_a_ledger_of_the_first_release_is_claimed_when_it_is_brought_up_to_date(empty_database: Database) -> None:
    """The upgrade claims receipts, results and old codes for the first user of each, and the record is unchanged."""
    await migrate(empty_database.admin_url, migrations=[one for one in read_files() if one.file < FIRST_RELEASE])
    pool = await open_pool(empty_database.url)
    over = BroughtOver(system="cu", code="HS/1", received_at=MORNING)
    for number in (2, 1):
        code = f"H42.12-250701-{number:04d}"
        opening = submitted(code).model_copy(update={"brought_over": over if number == 2 else None})
        await Ledger(pool).record(append(code, [opening, cash("BL-1", None), ordered("5", None), numbered("5")]))
    await pool.close()
    await migrate(empty_database.admin_url)
    pool = await open_pool(empty_database.url)
    first, later = "H42.12-250701-0002", "H42.12-250701-0001"
    assert await rows(pool) == [
        ("brought_over", "cu", "HS/1", first, True), ("result", "13366/2025", "5", first, True),
        ("voucher", "13366", "BL-1", first, True),
    ]  # fmt: skip
    doubled = [(one.code, one.dossier) for one in await problems(pool) if one.table == "number_in_use"]
    assert doubled == [("number_doubled", later)] * 2
    await pool.close()
