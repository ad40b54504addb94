"""Reads the limits that a catalogue publishes for the procedures that the province does not have itself."""

from __future__ import annotations

from pathlib import Path

from activities.province.catalogue_import import CATALOGUE
from domain.procedures.published_limits import PublishedLimits
from domain.rules.province import Province


def limits_of(province: Province, province_folder: Path, catalogue: Path | None = None) -> PublishedLimits:
    """The limits of the given catalogue file, else of the imported catalogue, else of the province's procedures."""
    file = catalogue or province_folder / CATALOGUE
    if not file.exists():
        return PublishedLimits.of_procedures(published.procedure for published in province.procedures)
    with file.open(encoding="utf-8", errors="surrogateescape") as rows:
        return PublishedLimits.of_national(rows)
