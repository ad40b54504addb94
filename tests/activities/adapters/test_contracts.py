"""Tests of the versions of a contract: an address says which one, and changes it while messages are under way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from pydantic import ValidationError

from activities.adapters.address import SystemAddress
from activities.adapters.contracts import CONTRACTS, contracts_of
from activities.adapters.interconnection import Interconnection
from activities.adapters.interconnection_replies import ReplyText
from activities.adapters.systems import INTERCONNECTION_CONTRACTS, open_outside
from activities.adapters.verdict import Verdict
from domain.field_errors import of_validation
from domain.outside_systems import System
from tests.activities.adapters.given import BIRTH, Steering, fault, filed, told
from tests.activities.adapters.test_connection import failure
from tests.activities.adapters.test_lies import interconnection_of
from tests.support.waiting import WITHIN


@pytest.fixture
async def software(steering: Steering) -> AsyncIterator[dict[str, Interconnection]]:
    """The adapter in each version, with one application filed."""
    steering.post("/applications", [filed()])
    addresses = steering.simulator.world.access.addresses(steering.url, "H42", total_seconds=WITHIN)
    async with AsyncExitStack() as stack:
        yield {
            version: interconnection_of(
                await stack.enter_async_context(
                    open_outside([one.model_copy(update={"contract": version}) for one in addresses])
                )
            )
            for version in contracts_of(System.INTERCONNECTION)
        }


async def test_both_versions_say_the_same(software: dict[str, Interconnection]) -> None:
    """What was filed, and that nothing was filed, is the same in each version."""
    for wanted in (BIRTH, "LT-none"):
        first, second = [await one.application(wanted) for one in software.values()]
        assert first == second
        assert (first is None) == (wanted != BIRTH)


@pytest.mark.parametrize("mode", ["timeout", "cut", "effect_then_error", "unknown_reply", "down"])
@pytest.mark.parametrize(("before", "after"), [("1", "2"), ("2", "1")])
async def test_a_status_under_way_is_told_once_across_the_change(
    steering: Steering, software: dict[str, Interconnection], before: str, after: str, mode: str
) -> None:
    """The status failed in one version, with or without an effect; under its key the other version tells it once."""
    if mode == "timeout":
        connection = software[before].connection
        connection.address = connection.address.model_copy(update={"total_seconds": 1.0})
    assert (await software[before].tell(told("1"))).reply is ReplyText.SUCCESS
    steering.misbehave("interconnection", fault(mode, service="trangthai"))
    assert (await failure(software[before].tell(told("3")))).verdict is Verdict.RETRY
    for status in "137":
        await software[after].tell(told(status))
    assert [one["status"] for one in steering.inspect("interconnection", BIRTH)["told"]] == list("137")
    assert set(steering.effects("interconnection").values()) == {1}


def test_a_version_that_nobody_speaks_is_told() -> None:
    """The address is refused with the versions that its adapter speaks, and without its password."""
    with pytest.raises(ValidationError) as refused:
        SystemAddress.model_validate(
            {"system": "interconnection", "base_url": "http://h", "contract": "3", "password": "hush"}
        )
    words = of_validation(refused.value)[0]
    assert "1, 2" in words.vi
    assert "1, 2" in words.en
    assert "hush" not in str(refused.value) + words.vi + words.en
    with pytest.raises(ValidationError):
        SystemAddress.model_validate({"system": "portal", "base_url": "http://h", "contract": "2"})


def test_every_version_has_its_adapter() -> None:
    """What the addresses may name is what the adapters speak."""
    assert set(INTERCONNECTION_CONTRACTS) == set(CONTRACTS[System.INTERCONNECTION])
