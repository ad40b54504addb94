"""Tests of pages of a list: forward and back, while rows come and go; cursors that only we can write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from gateway.api.keys import Keys
from gateway.api.pages import Listing

OLD, NEW = b"an older secret of these tests", b"a newer secret of these tests"
LISTING = Listing(Keys(NEW, OLD), ("numbers", None))


@given(st.sets(st.text("abc", min_size=1, max_size=3)), st.integers(1, 5), st.data())
def test_each_row_that_stands_still_is_shown_once(rows: set[str], limit: int, data: st.DataObject) -> None:
    """While other rows come and go between the pages, no row is shown twice, and none that stands still is left out."""
    still = set(data.draw(st.lists(st.sampled_from(sorted(rows)))) if rows else [])
    shown: list[str] = []
    cursor = None
    while True:
        page = LISTING.page_of(rows | still, cursor, limit, str)
        shown += page.items
        cursor = page.next
        if cursor is None:
            break
        rows = data.draw(st.sets(st.text("abc", min_size=1, max_size=3)))
    assert shown == sorted(set(shown))
    assert still <= set(shown)


def test_a_cursor_of_an_older_secret_is_believed() -> None:
    """After the secret was changed, a cursor that the older one signed still leads on."""
    before = Listing(Keys(OLD), ("numbers", None)).page_of("abc", None, 1, str)
    assert LISTING.page_of("abc", before.next, 1, str).items == ("b",)


@pytest.mark.parametrize("cursor", ["", "AAAA", "Đ", "=", "A" * 999, "\x00"])
def test_another_text_is_no_cursor(cursor: str) -> None:
    """A text that nobody signed is refused, whatever is in it."""
    with pytest.raises(InvalidInput, match="cursor_invalid"):
        LISTING.page_of("abc", cursor, 1, str)


def test_a_cursor_with_another_signature_is_refused() -> None:
    """A cursor that another secret signed is refused."""
    foreign = Listing(Keys(b"a secret of somebody else"), ("numbers", None)).page_of("abc", None, 1, str)
    with pytest.raises(InvalidInput, match="cursor_invalid"):
        LISTING.page_of("abc", foreign.next, 1, str)
