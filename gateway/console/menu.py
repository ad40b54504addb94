"""The menu: the pages of each subject, for those who may open them."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter


@dataclass(frozen=True)
class Entry:
    """A line of the menu. `label`: in English, as in a template. `operation`: what opening the page needs."""

    path: str
    label: str
    operation: str


@dataclass(frozen=True)
class Subject:
    """What a subject adds to the console."""

    router: APIRouter
    menu: tuple[Entry, ...] = ()
