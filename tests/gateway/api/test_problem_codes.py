"""Tests of the codes of problems: the address in `type` says what a code means."""

from __future__ import annotations

import ast
from pathlib import Path

from domain.messages.coded import CodedSentence
from gateway.api.problem_codes import CODES, SUBJECTS
from tests.support.sentences import EVERY

ROOMS = ("domain", "workflows", "gateway/access", "gateway/api", "gateway/client", "gateway/views", "activities/ledger")
ELSEWHERE = {"AssignmentReason", "RoutingReason"}
"""Sentences that say why, and refuse nothing."""


def raised() -> set[str]:
    """The enumerations of which a member is the first argument of an error in these rooms."""
    names = {one.__name__ for one in EVERY}
    found: set[str] = set()
    for room in ROOMS:
        for module in (Path(__file__).parents[3] / room).rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                    first = node.exc.args[0]
                    if isinstance(first, ast.Attribute) and isinstance(first.value, ast.Name):
                        found |= {first.value.id} & names
    return found


def test_every_code_that_is_raised_is_listed() -> None:
    """An enumeration whose members refuse a request over HTTP is among the subjects, or its refusals never leave it."""
    inside = {
        "CatalogueProblem", "CheckpointFinding", "CheckpointRefusal",  # of files and of the record's own checks
        "CalendarFault", "ConfigurationFault", "RecordFinding",  # their sentences stand in others
        "EventLogRefusal",  # of the command line, which alone writes event logs
        "OutsideSettingsRefusal",  # of a file that a worker reads
        "SavedSearchFault", "SearchFault",
    }  # fmt: skip
    listed = {one.__name__ for one in SUBJECTS.values()}
    assert raised() - listed - ELSEWHERE - inside == set()


def test_no_code_has_two_meanings() -> None:
    """A code stands in one enumeration."""
    members: list[CodedSentence] = [member for one in SUBJECTS.values() for member in one]
    assert len(members) == len({member.value for member in members}) == len(CODES)
