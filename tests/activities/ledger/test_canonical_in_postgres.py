"""Tests that jsonb keeps the canonical form of a row, on which the seal depends."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.ledger.pool import Pool
from domain.canonical_json import canonical
from domain.record.sealing import Json

pytestmark = pytest.mark.stack

text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
whole = st.integers(-(10**30), 10**30)
values = st.recursive(
    st.none() | st.booleans() | whole | text,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(text, inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(text, values, max_size=6))
async def test_jsonb_keeps_the_canonical_writing(pool: Pool, body: Json) -> None:
    """A row that can be sealed has the same seal after jsonb, for every letter, every digit and any order of keys."""
    assert canonical(await pool.fetchval("select $1::text::jsonb", canonical(body).decode())) == canonical(body)
