"""Tests of the registers of dossier codes and of published rules."""

from __future__ import annotations

import asyncio
from datetime import date

import asyncpg
import pytest

from activities.ledger.dossier_codes import DossierCodes
from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from domain.errors import Conflict
from domain.rules.rulebook import RuleKind, StoredRule, hash_of_text
from tests.support.ledger_samples import open_every_connection, wait_for_blocked_sessions

pytestmark = pytest.mark.stack
DAY = date(2025, 7, 1)


async def test_a_code_has_authority_day_and_number(pool: Pool) -> None:
    """In `H42.12-250701-0001` the number counts for each authority and each day."""
    codes = DossierCodes(pool)
    assert await codes.allocate("k1", "H42.12", DAY, "f") == "H42.12-250701-0001"
    assert await codes.allocate("k2", "H42.12", DAY, "f") == "H42.12-250701-0002"
    assert await codes.allocate("k3", "H42.13", DAY, "f") == "H42.13-250701-0001"
    assert await codes.allocate("k4", "H42.12", date(2025, 7, 2), "f") == "H42.12-250702-0001"


async def test_after_9999_the_number_grows(pool: Pool) -> None:
    """After number 9999 of a day comes 10000, not 0000."""
    codes = DossierCodes(pool)
    await codes.allocate("k1", "H42.12", DAY, "f")
    await pool.execute("update dossier_sequence set last = 9999")
    assert await codes.allocate("k2", "H42.12", DAY, "f") == "H42.12-250701-10000"


async def test_the_same_key_gets_the_same_code(pool: Pool) -> None:
    """Many requests at once with one key get one code; with many keys each gets its own."""
    codes = DossierCodes(pool)
    await open_every_connection(pool)
    same = await asyncio.gather(*(codes.allocate("key", "H42.12", DAY, "f") for _ in range(20)))
    assert len(set(same)) == 1
    others = await asyncio.gather(*(codes.allocate(f"key-{n}", "H42.12", DAY, "f") for n in range(50)))
    assert len({*same, *others}) == 51


async def test_a_key_in_flight_is_waited_for(pool: Pool) -> None:
    """A second request with the same key waits for the first and gets its code, and no number is lost."""
    codes = DossierCodes(pool)
    async with pool.acquire() as first:
        transaction = first.transaction()
        await transaction.start()
        code = await first.fetchval("select code from allocate_code('key', 'H42.12', $1, 'f')", DAY)
        second = asyncio.create_task(codes.allocate("key", "H42.12", DAY, "f"))
        await wait_for_blocked_sessions(pool, sessions=1)
        await transaction.commit()
    assert await second == code
    assert await codes.allocate("another", "H42.12", DAY, "f") == "H42.12-250701-0002"


async def test_another_content_under_the_key_is_refused(pool: Pool) -> None:
    """A key that was used for other content is a conflict that names the dossier."""
    codes = DossierCodes(pool)
    code = await codes.allocate("key", "H42.12", DAY, "content")
    with pytest.raises(Conflict, match="key_reused") as refusal:
        await codes.allocate("key", "H42.12", DAY, "another content")
    assert refusal.value.facts["dossier"] == code
    assert await codes.allocate("key", "H42.12", date(2025, 7, 2), "content") == code


def stored(text: str) -> StoredRule:
    return StoredRule(kind=RuleKind.PROCEDURE, hash=hash_of_text(text), text=text)


async def test_a_rule_is_published_once(pool: Pool) -> None:
    """Publishing a rule again adds nothing, and the stored text is exactly the published one."""
    rules = RulesStore(pool)
    one, two = stored('{"code":"1.004222","name":"Đăng ký thường trú","share":0.50}'), stored('{"code":"2.000815"}')
    assert await rules.publish([one]) == 1
    assert await rules.publish([one, two]) == 1
    assert await rules.publish([]) == 0
    assert await rules.load_all() == (one, two)


async def test_a_rule_under_a_foreign_hash_is_refused(pool: Pool) -> None:
    """A rule whose name is not the hash of its text is refused by our check and by the database's."""
    forged = stored('{"code":"1.004222"}').model_copy(update={"text": '{"code":"1.004223"}'})
    with pytest.raises(Conflict, match="rule_tampered"):
        await RulesStore(pool).publish([stored("{}"), forged])
    assert await RulesStore(pool).load_all() == ()
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("insert into rule (hash, kind, body) values ($1, 'procedure', $2)", forged.hash, forged.text)
