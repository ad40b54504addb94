"""Numbers that stand for one dossier only: refused at the append, which nobody can overtake, and nothing is stuck."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from domain.dossier.commands import BroughtOver, ReturnResult, Sign, Withdraw
from domain.dossier.state import State
from domain.errors import DomainError, RuleViolation
from domain.values import VIETNAM
from gateway.client.engine_errors import Refused
from tests.support.dossier_steps import accepted, approved
from tests.support.engine_harness import EngineHarness
from tests.support.given import CITIZEN, DESK, DOCUMENT, OFFICIAL
from tests.support.small_province import FREE
from workflows.messages import Receipt

pytestmark = pytest.mark.stack

NUMBER = "12/XN-UBND"


async def ready(harness: EngineHarness) -> str:
    """Given: a dossier that waits for its signature."""
    return await approved(harness, await accepted(harness))


async def test_a_number_is_given_once_a_year_by_one_authority(harness: EngineHarness) -> None:
    """The second dossier is refused before anything is signed, stays as it was, and takes another number."""
    first, second = await ready(harness), await ready(harness)
    command = uuid4()
    given = await harness.act(first, OFFICIAL, Sign(document=DOCUMENT, result_number=NUMBER), command_id=command)
    before = await harness.kinds(second)
    for written in (NUMBER, "12 / xn-ubnd"):
        with pytest.raises(Refused) as refused:
            await harness.act(second, OFFICIAL, Sign(document=DOCUMENT, result_number=written))
        assert (refused.value.code, refused.value.kind) == ("result_number_taken", "RuleViolation")
        assert first in refused.value.message.vi
    assert await harness.kinds(second) == before
    again = await harness.act(first, OFFICIAL, Sign(document=DOCUMENT, result_number=NUMBER), command_id=command)
    assert again.first_version == given.first_version
    await harness.act(second, OFFICIAL, Sign(document=DOCUMENT, result_number="13/XN-UBND"))
    for code in (first, second):
        await harness.until(code, lambda one: one.state is State.RESOLVED)
    await harness.act(second, DESK, ReturnResult())


async def test_two_at_once_and_one_gets_the_number(harness: EngineHarness) -> None:
    """However close they come."""
    codes = [await ready(harness) for _ in range(4)]
    asked = (harness.act(code, OFFICIAL, Sign(document=DOCUMENT, result_number=NUMBER)) for code in codes)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one.code for one in answers if isinstance(one, Refused)]
    assert refused == ["result_number_taken"] * 3
    assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refused)]


async def test_a_number_that_came_to_nothing_is_free_again(harness: EngineHarness) -> None:
    """Withdrawn while the token did not answer, the result never got the number: another dossier may have it."""
    await harness.control("signing", {"mode": "token_failed"})
    first, second = await ready(harness), await ready(harness)
    await harness.act(first, OFFICIAL, Sign(document=DOCUMENT, result_number=NUMBER))
    await harness.until(first, lambda one: one.signing.status == "handed_over")
    with pytest.raises(Refused):
        await harness.act(second, OFFICIAL, Sign(document=DOCUMENT, result_number=NUMBER))
    await harness.act(first, CITIZEN, Withdraw())
    await harness.control("signing")
    await harness.act(second, OFFICIAL, Sign(document=DOCUMENT, result_number=NUMBER))
    await harness.until(second, lambda one: one.state is State.RESOLVED)


async def bring_over_again(harness: EngineHarness, over: BroughtOver, live: str) -> None:
    """It is refused with the code of the live dossier, before a code is given and particulars are stored."""
    codes = await harness.pool.fetchval("select count(*) from dossier_code")
    with pytest.raises(RuleViolation, match="brought_over_twice") as refused:
        await harness.submit(FREE, brought_over=over)
    assert live in refused.value.message.vi
    assert await harness.pool.fetchval("select count(*) from dossier_code") == codes


async def test_a_dossier_of_an_older_system_is_brought_over_once(harness: EngineHarness) -> None:
    """The same old code of the same system is one dossier, also when it is sent twice at one moment; the sender is told
    which, and no dossier is left behind."""
    over = BroughtOver(
        system="one-gate-old", code="HS/2024/0012", received_at=datetime.now(VIETNAM) - timedelta(days=2)
    )
    spellings = (over, over.model_copy(update={"code": "hs/2024/0012"}))
    at_once = (harness.submit(FREE, brought_over=one) for one in spellings)
    answers = await asyncio.gather(*at_once, return_exceptions=True)
    [first] = [one.dossier for one in answers if isinstance(one, Receipt)]
    await bring_over_again(harness, spellings[1], first)
    assert {one.code for one in answers if isinstance(one, DomainError)} == {"brought_over_twice"}
    assert await harness.pool.fetchval("select count(*) from dossier") == 1
    await harness.submit(FREE, brought_over=over.model_copy(update={"system": "another"}))
