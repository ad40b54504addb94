"""What the pages of the repository point at is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
NAMED = re.compile(r"`((?:domain|activities|workflows|gateway|workers|tools|tests|deploy|docs)/[\w./-]+)`")


TO_PASTE = re.compile(
    r"\b(?:select\b.+\bfrom|update\s+[\w.]+\s+set|insert\s+into|delete\s+from|alter\s+table)\b|\bpython3?\s+-c|\bimport\s+\w+",
    re.IGNORECASE,
)


def test_operators_paste_neither_sql_nor_python() -> None:
    """What an operator does has a command: the page for operators shows no statement and no program."""
    lines = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if TO_PASTE.search(line)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_paths_of_a_page_exist(page: Path) -> None:
    """A link leads to a file of the repository or to the web, and a path in code type is one of ours.

    The change log and the decisions tell of the past: their paths may be gone, their links not.
    """
    text = page.read_text(encoding="utf-8")
    links = [link for link in LINK.findall(text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
    if page.name != "CHANGELOG.md" and page.parent.name != "decisions":
        assert [path for path in NAMED.findall(text) if not (ROOT / path).exists()] == []
