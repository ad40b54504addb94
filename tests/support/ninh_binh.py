"""The shipped province, loaded once for all tests that read it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from activities.province import load_province
from domain.rules.province import Province

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "ninh-binh"
BEFORE = date(2025, 6, 30)
MERGER = date(2025, 7, 1)
TODAY = date(2026, 11, 20)


@cache
def ninh_binh() -> Province:
    """The province of deploy/ninh-binh."""
    return load_province(FOLDER)
