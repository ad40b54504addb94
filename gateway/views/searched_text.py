"""Finds the procedures and units whose names have a text, for a search of dossiers."""

from __future__ import annotations

from collections.abc import Iterable

from domain.text.folding import fold
from gateway.views.names import Names


def named(text: str, names: Names) -> dict[str, tuple[str, ...]]:
    """The codes of the procedures and of the units with the text in their name, without accents and case.

    A unit is found by every name that its code ever had.
    """
    units = names.organisation.units if names.organisation else ()
    return {
        "procedures": _having(text, names.procedures.items()),
        "units": _having(text, ((unit.code, unit.name) for unit in units)),
    }


def _having(text: str, named_codes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    wanted = fold(text)
    return tuple(sorted({code for code, name in named_codes if wanted in fold(name)}))
