"""Tests of a running worker that assigns officers, by the policy of the province as it is shipped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.command_line import CommandLine, submission
from tests.support.waiting import wait_until
from tools.local_stack import control
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.stack import temporary_folder
from workers.settings import load_settings

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.fixture
def luongxanh() -> Iterator[CommandLine]:
    """A whole stack for the province as it is shipped."""
    with temporary_folder() as folder, ends_with_this_process(folder):
        control.up(load_settings({}, folder), announce=silently)
        yield CommandLine(folder)
        control.reset(folder, announce=silently)


def assignee(luongxanh: CommandLine, code: str) -> str:
    """The assignee, as soon as there is one."""

    def given_to() -> str | None:
        found: str | None = luongxanh("dossier", "list", "--text", code, "--json").values[0]["assignee"]
        return found

    return wait_until(given_to, f"{code} is given to somebody")


def test_the_worker_names_an_officer_of_the_unit(luongxanh: CommandLine) -> None:
    """After the acknowledgement a person of the unit with the step's role is assigned, for each step."""
    code = str(luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"])
    for command, unit in (("accept", "13285"), ("acknowledge_handover", "13366")):
        acted = luongxanh.officer(code, command, "reception", unit)
        assert acted.code == 0, acted.out + acted.err
    first = assignee(luongxanh, code)
    assert first == "cb.13366.reception.1"
    done = luongxanh.officer(code, "complete_step", "reception", "13366", "--data", '{"step": "tiep-nhan"}')
    assert done.code == 0, done.err
    assert assignee(luongxanh, code) == "cb.13366.specialist.1"
