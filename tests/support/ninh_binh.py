"""The shipped province, loaded once for all tests that read it."""

from __future__ import annotations

import shutil
from datetime import date
from functools import cache
from pathlib import Path

from activities.province import load_province
from domain.rules.province import Province

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "ninh-binh"
BEFORE = date(2025, 6, 30)
MERGER = date(2025, 7, 1)
TODAY = date(2026, 11, 20)
AUTOMATIC = "policy: automatic"


def by_hand(into: Path) -> Path:
    """A copy of the province in which heads of units assign: for tests in which an officer of their choice acts."""
    copied = Path(shutil.copytree(FOLDER, into, ignore=shutil.ignore_patterns("catalogue")))
    head = copied / "province.yaml"
    text = head.read_text(encoding="utf-8")
    assert AUTOMATIC in text
    head.write_text(text.replace(AUTOMATIC, "policy: by_hand"), encoding="utf-8")
    return copied


@cache
def ninh_binh() -> Province:
    """The province of deploy/ninh-binh."""
    return load_province(FOLDER)
