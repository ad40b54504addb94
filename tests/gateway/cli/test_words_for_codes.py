"""Where people type a code the help says what it means, and where they read nobody shows them a code alone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from cyclopts import App
from rich.console import Console
from temporalio.client import WorkflowExecutionStatus

from activities.ledger.feed import FeedReader
from activities.ledger.stuck_dossiers import Standing
from activities.relays.set_aside import SetAside
from domain.deadlines.calendar import DatedException, ExceptionKind
from domain.dossier.commands import HumanCommand
from domain.incidents import Incident, IncidentSource
from domain.outside_systems import RELAY_NAMES
from domain.procedures.catalogue import CatalogueEntry
from domain.repairs.causes import Cause
from domain.repairs.stuck_codes import ENDED, FORGOTTEN, NOT_REPLAYED
from domain.rules.province_rules import Status
from gateway.cli.app import build
from gateway.cli.calendar import _day
from gateway.cli.choices import choices_of
from gateway.cli.ops.incident_page import incident_table
from gateway.cli.output import Output
from gateway.cli.relay_page import set_aside_table
from gateway.cli.terminal import Terminal
from gateway.i18n import wording
from tests.support.every_value import AT
from tests.support.vietnamese import foreign

CODE = "H42.101-260805-0001"


def a_stuck_dossier(code: str) -> Incident:
    """The row of a dossier whose workflow does not go on."""
    return Incident(
        id=f"workflow.{CODE}", source=IncidentSource.WORKFLOW, cause=Cause.TASK_FAILS, code=code, system=None,
        dossier=CODE, unit="13366", since=AT,
    )  # fmt: skip


def commands(app: App, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], App]]:
    """Every command with its words, `dossier list`; groups are not commands unless they do something themselves."""
    for name in app:
        if not name.startswith("-"):
            inner = app[name]
            if inner.default_command is not None:
                yield (*path, name), inner
            yield from commands(inner, (*path, name))


COMMANDS = dict(commands(build()))


def alternatives(kind: Any) -> Iterator[Any]:
    """The types that an option may have, without None."""
    if get_origin(kind) in (Union, UnionType):
        yield from (one for one in get_args(kind) if one is not NoneType)
    else:
        yield kind


def codes_of(kind: Any) -> list[str]:
    """What a person may type for this type; nothing where it is no list of codes."""
    if get_origin(kind) is Literal:
        return [str(one) for one in get_args(kind)]
    return [str(one) for one in kind] if isinstance(kind, type) and issubclass(kind, StrEnum) else []


def help_of(path: tuple[str, ...]) -> str:
    written = Console(width=200, file=io.StringIO())
    build().help_print(list(path), console=written)
    return str(written.file.getvalue())  # type: ignore[attr-defined]


def test_there_are_commands_with_codes() -> None:
    """The test below looks at something."""
    assert ("dossier", "list") in COMMANDS
    assert sum("CHOICE" in help_of(path) for path in [("dossier", "act"), ("deadline", "explain")]) == 2


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_help_says_what_each_code_means(path: tuple[str, ...]) -> None:
    """`reception: cán bộ một cửa (reception)`, for each code of each option; none is listed without its words."""
    shown = help_of(path)
    assert "[choices:" not in shown
    for argument in COMMANDS[path].assemble_argument_collection():
        for kind in alternatives(argument.hint):
            words = {one.code: one.meaning for one in choices_of(kind)}
            for code in codes_of(kind):
                assert f"{code}: {words[code].vi} ({words[code].en})" in shown


@pytest.mark.parametrize("path", [("relay", "problems"), ("relay", "resolve"), ("relay", "begin-again")], ids=" ".join)
def test_the_help_names_the_relays(path: tuple[str, ...]) -> None:
    """By what each does."""
    assert set(RELAY_NAMES) == set(FeedReader)
    for name, words in RELAY_NAMES.items():
        assert f"{name}: {words.vi} ({words.en})" in help_of(path)


def test_every_code_on_a_screen_has_words() -> None:
    """Commands, the workflow of a dossier, versions of procedures, rows of the catalogue: none is forgotten."""
    assert {model.model_fields["kind"].default for model in get_args(HumanCommand)} <= set(wording.ACTS)
    assert set(wording.STANDINGS) == set(Standing)
    assert set(wording.VERSIONS) == {*Status, "not_in_configuration"}
    assert set(wording.CATALOGUE_FIELDS) == set(CatalogueEntry.model_fields)
    ended = {f"{ENDED}{one.name.lower()}" for one in WorkflowExecutionStatus} - {
        "ended_running",
        "ended_continued_as_new",
    }
    assert {NOT_REPLAYED, FORGOTTEN, *ended} <= set(wording.CAUSES)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("code", [*wording.CAUSES, *wording.FAILURES, "database_refused 42501"])
def test_a_cause_is_told_in_words_with_its_code_behind(code: str, language: Any) -> None:
    """Operators look the code up; nobody has to know it."""
    output = Output(lang=language)
    stuck = a_stuck_dossier(code)
    aside = SetAside(relay="portal", dossier=CODE, version=3, code=code, at=AT)
    for table, place in ((incident_table([stuck], output), 2), (set_aside_table([aside], output), -1)):
        cause = str(next(iter(table.columns[place].cells)))
        assert re.fullmatch(r"[^_]+ \(" + re.escape(code) + r"\)", cause)
        assert language == "en" or not list(foreign(cause.removesuffix(f"({code})")))


@pytest.mark.parametrize("kind", ExceptionKind)
def test_a_day_of_the_calendar_is_told_in_words(kind: ExceptionKind) -> None:
    """Its name, what kind of day it is, and whether a letter has settled it."""
    name = wording.say("Quốc khánh", "National Day")
    day = DatedException.model_construct(day=AT.date(), kind=kind, name=name, source="–", provisional=True)
    assert list(foreign(kind.words.vi)) == []
    assert _day(day, Output()) == f"Quốc khánh [{kind.words.vi}], tạm tính"
    assert "_" not in _day(day, Output(lang="en"))


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_code_of_a_dossier_is_whole_beside_the_words(width: int) -> None:
    """It is copied into the next command; the words give way instead."""
    shown = io.StringIO()
    terminal = Terminal(width=width)
    terminal.file = shown
    aside = SetAside(relay="portal", dossier=CODE, version=3, code="event_unreadable", at=AT)
    terminal.print(set_aside_table([aside], Output()))
    terminal.print(incident_table([a_stuck_dossier("NonDeterministicError")], Output()))
    assert shown.getvalue().count(CODE) == 2
    assert shown.getvalue().count("09:00 05/08/2026") == 2
