"""Tests of what a person types next: the sentences are the same at every door, and the command line adds its words."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from domain.messages.coded import CodedSentence
from domain.messages.repairs import RepairRefusal
from gateway.cli.hints import AFTER_CAUSES, AFTER_DIFFERENCES, COMMANDS, OPTIONS, hints_of
from tests.gateway.cli.test_words_for_codes import commands
from tests.support.sentences import EVERY
from workers.command_line import application

OF_THE_COMMAND_LINE = ("gateway.cli.", "tools.", "workers.messages.SettingsRefusal", "workers.simulation.")
"""Where sentences are that no page and no answer of the API shows."""
ONLY_THERE = (
    "calendar apply", "calendar build", "database after-restore", "database migrate", "ledger checkpoint",
    "ledger rebuild", "ledger verify --checkpoints", "ledger verify", "ops replay",
    "organisation apply", "rules publish", "search-attributes register", "worker",
)  # fmt: skip
"""What somebody at the machine does, whoever was told of it: neither a page nor the API can."""
TYPED = dict(commands(application()))
SHARED = [
    pytest.param(member, id=f"{kind.__name__}.{member.name}")
    for kind in EVERY
    if not f"{kind.__module__}.{kind.__name__}".startswith(OF_THE_COMMAND_LINE)
    for member in kind
    if re.search(r"luongxanh |--[a-z]|\bmake [a-z]+`", f"{member.sentence.vi} {member.sentence.en}")
]


@pytest.mark.parametrize("member", SHARED)
def test_no_shared_sentence_names_a_command_line_word(member: CodedSentence) -> None:
    """A page has buttons and the API has fields: only what can be done nowhere else is named as a command."""
    for text in (member.sentence.vi, member.sentence.en):
        left = text
        for command in ONLY_THERE:
            left = left.replace(f"luongxanh {command}", "")
        assert not re.search(r"luongxanh|--[a-z]|\bmake [a-z]+`", left), text


def test_what_is_named_as_a_command_is_one() -> None:
    """Each command of a sentence and of a hint exists, each option is one of some command, each fact is told."""
    listed = (*COMMANDS.values(), *AFTER_CAUSES.values(), *AFTER_DIFFERENCES.values())
    hinted = [command.split(" --")[0] for several in listed for command in several]
    for command in (*ONLY_THERE, *hinted):
        words = tuple(word for word in command.split(" --")[0].split() if re.fullmatch(r"[a-z-]+", word))
        assert any(path == words or path[: len(words)] == words for path in TYPED), command
    options = {
        name for one in TYPED.values() for argument in one.assemble_argument_collection() for name in argument.names
    }
    assert {option.split()[0] for option in OPTIONS.values()} <= options
    sentences = {member.value: member.sentence.vi for kind in EVERY for member in kind}
    for code, several in COMMANDS.items():
        facts = {name for command in several for _, name, _, _ in Formatter().parse(command) if name}
        told = {name for _, name, _, _ in Formatter().parse(sentences[code]) if name}
        assert facts <= told | {"code"}, code  # the code of a cause stands beside its words


def test_a_refusal_ends_with_what_to_type() -> None:
    """With the facts of the refusal; nothing where the sentence says it all."""
    (approve,) = hints_of(RepairRefusal.REPAIR_NEEDS_APPROVAL, {"plan": "4f", "because": "x"})
    assert approve.endswith(" ops approve 4f --by … --reason …")
    assert list(hints_of(RepairRefusal.REPAIR_OF_EVERYTHING, {})) == ["--all"]
    assert list(hints_of(RepairRefusal.REPAIR_OWN_APPROVAL, {})) == []
