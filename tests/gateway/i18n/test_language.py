"""Tests that people read Vietnamese: no English word, no machine date and no raw value in a sentence."""

from __future__ import annotations

import errno
import io
import os
import pickle
import re
import socket
import ssl
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, get_args

import asyncpg
import pytest
from pydantic import BaseModel

from activities.adapters.messages import OutsideCode
from activities.ledger.pool import DatabaseUnavailable, unavailable_as_answer
from activities.webhooks.failures import DeliveryFailure
from domain.deadlines.limits import WhichClock
from domain.dossier.commands import HumanCommand
from domain.dossier.events import AnyEvent
from domain.dossier.state import State
from domain.dossier.view import DossierSummary, WorkAct
from domain.errors import InvalidInput, RuleViolation
from domain.inconsistency import Inconsistent
from domain.machine_errors import machine_says
from domain.messages.checkpoints import CheckpointFinding
from domain.messages.coded import CodedSentence
from domain.messages.dossier import DossierRefusal
from domain.messages.findings import RecordFinding
from domain.messages.organisation import AssignmentReason, RoutingReason
from domain.roles import Role
from domain.text.json_reader import read_json
from domain.text.sentences import sentence_of
from domain.values import Bilingual, Strict
from gateway.cli.dossier.lists import WIDE, _register, _work_list
from gateway.cli.dossier.page_view import page_parts
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import Output, called
from gateway.cli.problems import CommandLineProblem
from gateway.cli.terminal import Terminal
from gateway.client.requests import read_act
from gateway.i18n import deadline_wording, wording
from gateway.views.dossier_page import DossierPage
from gateway.views.timeline import Names, sentence
from gateway.views.work_list import HeldWork
from tests.support.every_value import AT, models
from tests.support.sentences import EVERY
from tests.support.told_applicants import texts_told
from tests.support.vietnamese import foreign

NAMES = Names(on=AT.date())


def keys(model: type[BaseModel]) -> set[str]:
    """The names of the fields of everything inside this model."""
    return {*model.model_fields, *(name for one in model.__subclasses__() for name in keys(one))}


COMMANDS = {str(model.model_fields["kind"].default) for model in get_args(HumanCommand)}
KEYS = frozenset(keys(Strict) | COMMANDS | {"extends_to", "cancelled", "channels"})
PLACES = frozenset(
    {
        "command", "fingerprint", "dossier", "vault", "reference", "pending", "rollout_act", "docs", "operating", "md",
    }
)  # fmt: skip
"""The tables, columns and pages that a finding of the ledger may name."""


def also_named(sentences: type[CodedSentence]) -> frozenset[str]:
    """The words besides Vietnamese in these sentences. A refusal may name the keys of a request or of a file."""
    if sentences is RecordFinding:
        return PLACES
    reasons = sentences in (RoutingReason, AssignmentReason, CheckpointFinding)
    return KEYS if sentences.__module__.startswith("domain.messages.") and not reasons else frozenset()


@pytest.mark.parametrize(
    "text", ["supplement_requested", "2026-08-05", "specialist", "the dossier", "processing", "None"]
)
def test_the_rule_finds_what_is_not_vietnamese(text: str) -> None:
    """The check of these tests finds English words, machine dates and raw values."""
    assert list(foreign(f"Hồ sơ {text} đang xử lý."))


@pytest.mark.parametrize("sentences", EVERY)
def test_a_sentence_is_vietnamese(sentences: type[CodedSentence]) -> None:
    """Every coded sentence is Vietnamese, except commands, keys and tables that it names."""
    for said in sentences:
        assert list(foreign(said.sentence.vi, also_named(sentences))) == [], said


@pytest.mark.parametrize("words", [deadline_wording.PHRASES, wording.ACTS], ids=["phrases", "acts"])
def test_the_words_of_a_screen_are_vietnamese(words: Mapping[str, Bilingual]) -> None:
    """Every text in these tables is Vietnamese."""
    for name, text in words.items():
        assert list(foreign(text.vi)) == [], name


@pytest.mark.parametrize("kind", get_args(AnyEvent), ids=lambda kind: kind.__name__)
def test_what_happened_is_told_in_vietnamese(kind: Any) -> None:
    """The sentences and notices of every event, with every value of its fields, are Vietnamese."""
    for event in models(kind):
        told = sentence(event, NAMES).vi.replace("x1", "").replace("a" * 12, "")  # the beginning of a hash
        assert list(foreign(told)) == []
        for text in texts_told("H42.101-260805-0001", event):
            assert list(foreign(text.replace("x1", "").replace("H42.101-260805-0001", ""))) in ([], ["Nguyễn"])


def test_a_page_and_a_list_are_vietnamese() -> None:
    """Pages and lists with every value of their fields are Vietnamese, except the commands to type."""
    pages = [page.model_copy(update={"acts": ()}) for page in models(DossierPage)]
    # A page differs from the next in one value, so nearly all its parts are as before: each is printed once.
    shown = list({pickle.dumps(part): part for page in pages for part in page_parts(page, NAMES, Output())}.values())
    for width in (80, 200):
        shown.append(_register(models(DossierSummary), {}, {}, NAMES, Output(), width))
        shown.append(_work_list(models(HeldWork), {}, NAMES, Output(), width))
    sent = io.StringIO()
    terminal = Terminal(width=400)
    terminal.file = sent
    terminal.print(*shown)
    text = sent.getvalue().replace(f"{called()} dossier history", "").replace("x1", "")
    for command in ("ops plan restart", "ledger verify"):
        text = text.replace(f"{called()} {command}", "")
    assert set(foreign(text)) - {"a", "Lê", "Văn"} == set()


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_code_state_or_date_is_cut_and_on_a_narrow_terminal_nothing_is(width: int) -> None:
    """The register and the work-list cut no code, state or date, and on a narrow terminal no word."""
    named = Names(on=AT.date(), procedures={"x1": "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân"})
    sent = io.StringIO()
    terminal = Terminal(width=width)
    terminal.file = sent
    terminal.print(_register(models(DossierSummary), {}, {}, named, Output(), width))
    terminal.print(_work_list(models(HeldWork), {}, named, Output(), width))
    text = " ".join(sent.getvalue().split())
    assert "09:00 05/08" in text
    if width < WIDE:
        assert "…" not in text
        assert "Yêu cầu thực hiện nghĩa vụ tài chính" in text


@pytest.mark.parametrize("fact", [*Role, *State])
def test_a_fact_is_told_by_its_name(fact: StrEnum) -> None:
    """A role or state in an error has its name for people and its code for machines."""
    refused = RuleViolation(DossierRefusal.WRONG_ROLE, role=fact, wanted=(fact, Role.CLERK))
    assert list(foreign(refused.message.vi)) == []
    assert refused.facts == {"role": fact.value, "wanted": f"{fact.value}, clerk"}


def test_every_act_of_a_work_list_has_its_name() -> None:
    """Every act of a work-list has a name in words."""
    assert wording.ACTS.keys() >= set(WorkAct)
    assert set(WorkAct) - {WorkAct.PAY, WorkAct.REPAIR} <= COMMANDS


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "{",
        '{"a"',
        '{"a": 1 "b"',
        "[1",
        "{} {}",
        '"a',
        '"\x01"',
        '"\\x"',
        '"\\u12"',
        "1e999",
        "NaN",
        '{"a": 1, "a": 2}',
    ],
)
def test_json_that_does_not_parse_is_told_in_vietnamese(text: str) -> None:
    """Errors of the JSON reader have a Vietnamese sentence."""
    with pytest.raises(Inconsistent) as found:
        read_json(text)
    assert list(foreign(sentence_of(found.value).vi, frozenset({"NaN"}))) == []


@pytest.mark.parametrize("data", [
    {"amount": "5", "charge": "x"}, {"amount": 1.5, "legal_basis": 3}, {"amount": -1, "legal_basis": ""},
    {"amount": 10**30, "legal_basis": "a" * 5_000, "more": 1},
])  # fmt: skip
def test_json_that_does_not_fit_is_told_in_vietnamese(data: dict[str, Any]) -> None:
    """Each wrong field is reported with what it should be, and possible values in quotes."""
    with pytest.raises(InvalidInput) as refused:
        read_act({"command_id": "x", "actor": 4, "command": {"kind": "propose_fee", **data}})
    sentence = re.sub(r"'[^']*'|[a-z_.]+:", " ", refused.value.message.vi)
    assert list(foreign(sentence, KEYS)) == []


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOTDIR, errno.ENOSPC, errno.EROFS])
def test_what_the_machine_says_is_told_in_vietnamese(number: int) -> None:
    """Errors of the operating system are Vietnamese for people, and unchanged for machines."""
    problem = CommandLineProblem(
        CommandLineRefusal.FILE_UNREADABLE, path="/x", problem=machine_says(OSError(number, os.strerror(number)))
    )
    assert list(foreign(problem.message.vi.replace("/x", ""))) == []
    assert problem.facts["problem"] == os.strerror(number)


ABSENCES = (
    ConnectionRefusedError, ConnectionResetError, TimeoutError, socket.gaierror, ssl.SSLCertVerificationError, OSError,
    asyncpg.ConnectionDoesNotExistError, asyncpg.TooManyConnectionsError, asyncpg.DiskFullError,
    asyncpg.OutOfMemoryError, asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError, asyncpg.DeadlockDetectedError,
    asyncpg.PostgresIOError, asyncpg.InvalidPasswordError, asyncpg.InvalidCatalogNameError, asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)  # fmt: skip


@pytest.mark.parametrize("kind", ABSENCES, ids=lambda kind: str(kind.__name__))
def test_an_absent_database_is_told_in_vietnamese(kind: type[Exception]) -> None:
    """The reason why the database is absent is told in words, without the driver's text, which may have a password."""
    with pytest.raises(DatabaseUnavailable) as problem, unavailable_as_answer():
        raise kind("the driver's own text")
    assert list(foreign(problem.value.message.vi)) == []
    assert "own text" not in problem.value.message.vi + problem.value.message.en + str(problem.value.facts)
    assert problem.value.facts["type"] == kind.__name__


def test_a_full_disk_of_the_database_is_told() -> None:
    """A full disk of the database is reported as such, and not as a stopped server."""
    with pytest.raises(DatabaseUnavailable) as problem, unavailable_as_answer():
        raise asyncpg.DiskFullError("could not extend file")
    assert "đĩa của cơ sở dữ liệu đã đầy" in problem.value.message.vi
    assert "its disk is full" in problem.value.message.en


def test_the_two_clocks_have_their_names() -> None:
    """The two clocks have the same names on every screen."""
    assert set(deadline_wording.CLOCKS) == set(wording.CLOCKS) == set(WhichClock)


def test_every_failure_of_an_outside_system_has_its_words() -> None:
    """Every failure code of an outside system has words."""
    # found by us
    ours = {
        "database_refused", "order_of_another", "item_of_another", "particulars_unreadable", "unknown_registry",
        "post_not_connected",
    }  # fmt: skip
    webhooks = {failure.value for failure in DeliveryFailure}
    assert set(wording.FAILURES) == {code.value for code in OutsideCode} | ours | webhooks
