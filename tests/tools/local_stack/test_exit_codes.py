"""Tests of the exit codes of commands that fail because of settings or of the local stack."""

from __future__ import annotations

from string import Formatter

import pytest

from domain.messages.coded import CodedSentence
from gateway.cli.problems import Exit, exit_code_of
from tools.local_stack.errors import StackError
from tools.local_stack.messages import StackRefusal
from workers.errors import SettingsError
from workers.messages import SettingsRefusal

NOT_NOW = {SettingsRefusal.STACK_NOT_RUNNING, SettingsRefusal.PORT_UNAVAILABLE}
NOT_NOW_IN_THE_STACK = {
    StackRefusal.COMPONENT_MISSING,
    StackRefusal.COMPONENT_ENDED,
    StackRefusal.COMPONENT_NOT_READY,
    StackRefusal.STACK_BUSY,
}
WRONG_IN_THE_STACK = {StackRefusal.UNKNOWN_COMPONENT, StackRefusal.FOLDER_NOT_PRIVATE, StackRefusal.FOLDER_IN_USE}
REFUSED_BY_THE_STACK = {StackRefusal.RESTORE_INTERRUPTED}


def facts_of(refusal: CodedSentence) -> dict[str, str]:
    """A value for each fact of the sentence."""
    return {name: "x" for _, name, _, _ in Formatter().parse(refusal.sentence.vi) if name}


@pytest.mark.parametrize("refusal", SettingsRefusal)
def test_a_wrong_setting_has_the_exit_code_of_invalid_input(refusal: SettingsRefusal) -> None:
    """A settings error ends with INVALID, and with UNAVAILABLE if the same command may succeed later."""
    expected = Exit.UNAVAILABLE if refusal in NOT_NOW else Exit.INVALID
    assert exit_code_of(SettingsError(refusal, **facts_of(refusal))) is expected


@pytest.mark.parametrize("refusal", StackRefusal)
def test_an_error_of_the_stack_has_an_exit_code(refusal: StackRefusal) -> None:
    """An error of the stack ends with UNAVAILABLE if a later try may succeed, INVALID for wrong input, REFUSED where
    something must be finished first, else FAILED."""
    expected = Exit.FAILED
    if refusal in NOT_NOW_IN_THE_STACK:
        expected = Exit.UNAVAILABLE
    if refusal in WRONG_IN_THE_STACK:
        expected = Exit.INVALID
    if refusal in REFUSED_BY_THE_STACK:
        expected = Exit.REFUSED
    assert exit_code_of(StackError(refusal, **facts_of(refusal))) is expected


@pytest.mark.parametrize("refusal", [SettingsRefusal.STACK_NOT_RUNNING, SettingsRefusal.FOLDER_OF_ANOTHER])
def test_the_stack_and_the_settings_give_a_refusal_the_same_exit_code(refusal: SettingsRefusal) -> None:
    """A refusal that the settings and the stack both raise has one exit code."""
    facts = facts_of(refusal)
    assert exit_code_of(StackError(refusal, **facts)) is exit_code_of(SettingsError(refusal, **facts))
