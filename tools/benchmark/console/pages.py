"""The pages that are measured, each for somebody who works with it."""

from __future__ import annotations

from enum import StrEnum

from domain.values import Value


class Who(StrEnum):
    """Who opens a page: the provincial supervisor, or somebody of a ward by role."""

    SUPERVISOR = "supervisor"
    HEAD = "head_of_unit"
    OFFICER = "specialist"
    DESK = "reception"


class BenchPage(Value):
    """A page. `path` may name `{code}`, a dossier of the ward, and `{unit}`, the ward."""

    name: str
    path: str
    who: Who


PAGES: tuple[BenchPage, ...] = ()
