"""Tests of `luongxanh documents`: what people see of the document axis, and what they order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from activities.ledger.feed import FeedReader
from activities.ledger.pool import Pool
from tests.support.command_line import OPERATOR, CommandLine, submission
from tests.support.kept_letters import keep_undecided, question_of
from workers.connections import connect_database
from workers.settings import load_settings

pytestmark = pytest.mark.stack

WHO_AND_WHY = ("--by", OPERATOR, "--reason", "Đã gọi cơ quan gửi")


def in_ledger(luongxanh: CommandLine, act: Callable[[Pool], Awaitable[Any]]) -> None:
    async def run() -> None:
        pool = await connect_database(load_settings({}, luongxanh.folder))
        try:
            await act(pool)
        finally:
            await pool.close()

    asyncio.run(run())


def exchanged(luongxanh: CommandLine) -> tuple[str, str, str]:
    """Given: a question that its receiver has accepted, and a letter that a person must read."""
    code: str = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    in_ledger(luongxanh, partial(keep_undecided, code=code))
    return code, question_of(code), f"TB-{code}"


def test_documents_are_listed_read_and_settled(luongxanh: CommandLine, tmp_path: Path) -> None:
    """Both directions of a dossier; the letter with its attachment, under a name that stays in the folder; then it is
    noted as dealt with, and its incident is closed."""
    code, question, message = exchanged(luongxanh)
    sent, received = luongxanh("documents", "list", code, "--json").values
    assert (sent["id"], sent["stages"][0]["stage"], received["message"]) == (question, "03", message)
    page = luongxanh("documents", "list", code, COLUMNS="250").out
    assert "đã tiếp nhận" in page
    assert "chờ người xử lý" in page
    assert message in luongxanh("documents", "problems", COLUMNS="250").out
    assert "documents problems" in luongxanh("relay", "problems", FeedReader.DOCUMENTS, COLUMNS="250").err
    folder = tmp_path / "van-ban"
    shown = luongxanh("documents", "show", message, "--into", str(folder), "--json").value
    assert (shown["said"]["content"], shown["attachments"]) == ("Không nhất trí.", ["a/cv.pdf"])
    assert [one.name for one in folder.iterdir()] == ["01-cv.pdf"]
    assert luongxanh("documents", "settle", message, *WHO_AND_WHY).code == 0
    assert luongxanh("documents", "settle", message, *WHO_AND_WHY).code == 3
    assert code not in luongxanh("relay", "problems", FeedReader.DOCUMENTS, COLUMNS="250").out


def test_orders_about_documents_are_checked(luongxanh: CommandLine) -> None:
    """An unknown document, a unit that does not work on the axis, a reason that is missing."""
    code, _, message = exchanged(luongxanh)
    assert luongxanh("documents", "settle", "TB-none", *WHO_AND_WHY).code == 4
    told = luongxanh("documents", "on-paper", code, "CAT", "--agrees", *WHO_AND_WHY)
    assert (told.code, "unit_not_on_the_axis" in told.err) == (4, True)
    assert luongxanh("documents", "settle", message, "--by", OPERATOR, "--reason", " ").code == 2
    ordered = luongxanh("documents", "send-again", code, "1", *WHO_AND_WHY, "--json").value
    assert (ordered["relay"], ordered["ordered"]) == ("documents", True)
