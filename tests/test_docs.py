"""Tests that the targets of links and paths in the pages exist."""

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
    """The page for operators has no SQL and no Python: every task has a command."""
    lines = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if TO_PASTE.search(line)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_paths_of_a_page_exist(page: Path) -> None:
    """Each link leads to a file of the repository or to the web, and each path in code type exists.

    The change log and the decisions describe the past: their paths may be gone, but not their links.
    """
    text = page.read_text(encoding="utf-8")
    links = [link for link in LINK.findall(text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
    if page.name != "CHANGELOG.md" and page.parent.name != "decisions":
        assert [path for path in NAMED.findall(text) if not (ROOT / path).exists()] == []
