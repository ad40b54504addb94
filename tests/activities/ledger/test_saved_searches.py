"""Tests of saved searches: who sees them, who changes them, and how a deletion is undone."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from typing import Any

import pytest
from pydantic import ValidationError

from activities.ledger.pool import Pool
from activities.ledger.saved_searches import (
    MOST_OF_ONE_PERSON,
    SavedSearch,
    SavedSearches,
    SearchToSave,
    SharedWith,
    Viewer,
)
from domain.errors import DomainError

pytestmark = pytest.mark.stack

OWNER = "person/officer"
OF_WARD = Viewer(name="person/ward", units=("13366", "H42.01", "H42"))
ELSEWHERE = Viewer(name="person/elsewhere", units=("13285", "H42.01", "H42"))
EVERYWHERE = Viewer(name="service/all", units=None)


def search(name: str = "Quá hạn", **more: Any) -> SearchToSave:
    return SearchToSave(name=name, **more)


async def refused(doing: Any, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        await doing
    assert refusal.value.code == code


def names(found: list[SavedSearch]) -> list[str]:
    return [one.name for one in found]


async def test_a_search_is_shown_to_those_with_whom_it_is_shared(pool: Pool) -> None:
    """Its owner, the people of a unit and those below, the province; nobody else, as if it did not exist."""
    saved = SavedSearches(pool)
    own = await saved.create(OWNER, search("a", filter={"states": ["returned"]}, sort="-ended_at", columns=("code",)))
    ward = await saved.create(OWNER, search("b", shared_with=SharedWith.UNIT, shared_unit="13366"))
    everybody = await saved.create(OWNER, search("c", shared_with=SharedWith.PROVINCE))
    assert names(await saved.own(OWNER)) == ["a", "b", "c"]
    assert own.filter == {"states": ["returned"]}, "a finished state stays wanted"
    assert (own.sort, own.columns, own.version) == ("-ended_at", ("code",), 1)
    for viewer, shown in ((OF_WARD, ["b", "c"]), (ELSEWHERE, ["c"]), (EVERYWHERE, ["b", "c"])):
        assert names(await saved.shared(viewer)) == shown
        for one in (own, ward, everybody):
            if one.name in shown:
                assert await saved.get(one.id, viewer) == one
            else:
                await refused(saved.get(one.id, viewer), "saved_search_unknown")
    assert await saved.get(own.id, Viewer(name=OWNER)) == own


async def test_only_its_owner_changes_a_search_and_only_as_it_was_seen(pool: Pool) -> None:
    """A change of a version that is no longer the last is refused, and so is anybody else's."""
    saved = SavedSearches(pool)
    first = await saved.create(OWNER, search(shared_with=SharedWith.PROVINCE))
    changed = await saved.change(first.id, OWNER, search("Sắp đến hạn"), 1)
    assert (changed.name, changed.shared_with, changed.version) == ("Sắp đến hạn", SharedWith.NOBODY, 2)
    await refused(saved.change(first.id, OWNER, search(), 1), "saved_search_changed")
    await refused(saved.delete(first.id, OWNER, 1), "saved_search_changed")
    for doing in (saved.change(first.id, "person/other", search(), 2), saved.delete(first.id, "person/other", 2)):
        await refused(doing, "saved_search_unknown")
    await saved.create(OWNER, search("Khác"))
    await refused(saved.change(first.id, OWNER, search("Khác"), 2), "saved_search_name_taken")


async def test_a_deletion_is_undone_for_thirty_days(pool: Pool) -> None:
    """A deleted search is shown to its owner alone, comes back as it was, and is gone for ever afterwards."""
    saved = SavedSearches(pool)
    kept = await saved.create(OWNER, search(filter={"crossing": True}, shared_with=SharedWith.PROVINCE))
    gone = await saved.delete(kept.id, OWNER, 1)
    assert gone.deleted_at is not None
    assert [one.id for one in await saved.own(OWNER)] == [kept.id]
    assert await saved.shared(OF_WARD) == []
    await refused(saved.get(kept.id, Viewer(name=OWNER)), "saved_search_unknown")
    await refused(saved.restore(kept.id, "person/other"), "saved_search_unknown")
    back = await saved.restore(kept.id, OWNER)
    assert (back.filter, back.shared_with, back.deleted_at) == (kept.filter, kept.shared_with, None)
    assert await saved.restore(kept.id, OWNER) == back, "undoing twice changes nothing"
    await saved.delete(kept.id, OWNER, back.version)
    await saved.create(OWNER, search())
    await refused(saved.restore(kept.id, OWNER), "saved_search_name_taken")
    await pool.execute("update saved_search set deleted_at = deleted_at - interval '30 days' where id = $1", kept.id)
    await refused(saved.restore(kept.id, OWNER), "saved_search_unknown")
    await saved.create(OWNER, search("Khác"))
    assert await pool.fetchval("select count(*) from saved_search") == 2, "it is removed with the next act"


async def test_one_person_keeps_a_bounded_number(pool: Pool) -> None:
    """Also of searches saved at once; of one name there is one. The same search saved again is the one that stands."""
    saved = SavedSearches(pool)
    for number in range(MOST_OF_ONE_PERSON - 1):
        await saved.create(OWNER, search(f"{number}"))
    answers = await asyncio.gather(
        *(saved.create(OWNER, search(name)) for name in ("x", "x", "y")), return_exceptions=True
    )
    assert await saved.create(OWNER, search("7")) == next(one for one in await saved.own(OWNER) if one.name == "7")
    await refused(saved.create(OWNER, search("7", sort="-code")), "saved_searches_too_many")
    made = {one.id for one in answers if isinstance(one, SavedSearch)}
    assert len(made) == 1
    assert len(await saved.own(OWNER)) == MOST_OF_ONE_PERSON
    await saved.create("person/other", search())


@pytest.mark.parametrize("letter", ["x", "ờ", "\t", '"'])
async def test_the_longest_filter_is_kept(pool: Pool, letter: str) -> None:
    """The table takes the longest filter that is accepted, of whatever letters; of one letter more we say so."""
    refused_from = bisect_left(range(6_001), True, key=lambda number: not _is_accepted({"text": letter * number}))
    longest = {"text": letter * (refused_from - 1)}
    assert len(longest["text"]) > 2_900
    assert (await SavedSearches(pool).create(OWNER, search(filter=longest))).filter == longest


def _is_accepted(filter_: dict[str, Any]) -> bool:
    try:
        search(filter=filter_)
    except ValidationError as refusal:
        assert "filter_too_long" in str(refusal)  # noqa: PT017
        return False
    return True


@pytest.mark.parametrize(
    "wrong",
    [
        {"shared_with": SharedWith.UNIT},
        {"shared_unit": "13366"},
        {"name": ""},
        {"name": "x" * 101},
        {"columns": ("c",) * 41},
        {"sort": "code; drop table"},
    ],
)
def test_a_search_that_cannot_be_kept(wrong: dict[str, Any]) -> None:
    """A unit without sharing, sharing without a unit, and what is too long are refused."""
    with pytest.raises(ValidationError):
        SearchToSave.model_validate({"name": "Quá hạn", **wrong})
