"""Tests of the answers to text messages that say: no more of them."""

from __future__ import annotations

import unicodedata

import pytest

from domain.channels.stop_words import wants_no_more

STOPS = (
    "STOP",
    "stop",
    " Stop! ",
    "TC",
    "tc LUONGXANH",
    "STOP LuongXanh",
    "TỪ CHỐI",
    "Tu choi nhan tin",
    "từ chối tin nhắn",
)
OTHER = (
    "",
    "OK",
    "HUY",
    "HUY HO SO",
    "Hủy hồ sơ giúp tôi",
    "DUNG",
    "Đúng rồi",
    "stopped",
    "khong stop",
    "TC a b",
    "S T O P",
)


@pytest.mark.parametrize("text", STOPS)
def test_these_stop(text: str) -> None:
    """In any case, composed or apart."""
    assert wants_no_more(text)
    assert wants_no_more(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("text", [*OTHER, "STOP " * 2_000, "STOP\u0000\u202e" * 30])
def test_these_do_not(text: str) -> None:
    """What might mean something else is for people: to cancel a dossier (hủy) is no opt-out."""
    assert not wants_no_more(text)
