"""The menu: the pages of each subject, for those who may open them."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter


@dataclass(frozen=True)
class Entry:
    """A line of the menu. `label`: in English, as in a template. `operation`: what opening the page needs.

    `unless`: whoever may do that operation reaches the page by another line.
    """

    path: str
    label: str
    operation: str
    unless: str | None = None


@dataclass(frozen=True)
class Subject:
    """What a subject adds to the console."""

    router: APIRouter
    menu: tuple[Entry, ...] = ()
