"""Tests of notices about supplements: they name the documents and are short enough for a text message."""

from __future__ import annotations

from domain.channels.text_messages import LONGEST_SMS
from domain.dossier.events import SupplementRequested
from tests.support.small_province import at
from tests.support.told_applicants import texts_told

CODE = "H42.13285-250707-0001"
PAPERS = (
    "Tờ khai đăng ký khai sinh",
    "Giấy chứng sinh",
    "Giấy tờ tùy thân",
    "Văn bản ủy quyền có chứng thực",
    "Sổ hộ khẩu",
)


def notice_text(asked: int, papers: tuple[str, ...]) -> str:
    codes = tuple(f"tp-{number}" for number in range(asked))
    event = SupplementRequested(at=at("2025-07-08 09:00"), documents=codes, legal_basis="Điều 9")
    (text,) = texts_told(CODE, event, papers)
    assert "tp-" not in text
    assert len(text) <= LONGEST_SMS
    return text


def test_the_papers_are_named() -> None:
    """A notice has the names of documents, not their codes."""
    assert notice_text(2, PAPERS[:2]) == f"Hồ sơ {CODE} cần bổ sung: Tờ khai đăng ký khai sinh; Giấy chứng sinh."


def test_many_papers_are_counted() -> None:
    """A notice names as many documents as fit, and gives the number of the others."""
    text = notice_text(9, PAPERS[:4] + PAPERS)
    assert text.startswith(f"Hồ sơ {CODE} cần bổ sung: Tờ khai đăng ký khai sinh; ")
    assert text.endswith("giấy tờ khác, xem phiếu yêu cầu bổ sung.")


def test_a_paper_with_a_long_name_or_without_one_is_counted() -> None:
    """A document with a long name or none is only counted, so that no name is cut."""
    counted = f"Hồ sơ {CODE} cần bổ sung 1 giấy tờ, xem phiếu yêu cầu bổ sung."
    assert notice_text(1, ("x" * 200,)) == counted
    assert notice_text(1, ()) == counted
