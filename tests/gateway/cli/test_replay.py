"""`luongxanh ops replay` of dossiers in Temporal: named, by the filter of the register, and as a sample."""

from __future__ import annotations

import pytest

from tests.support.command_line import CommandLine, submission
from tests.support.waiting import wait_until

pytestmark = pytest.mark.stack

REPLAY = ("ops", "replay", "--processes", "1", "--json")


def test_open_dossiers_are_replayed_by_name_by_filter_and_as_a_sample(luongxanh: CommandLine) -> None:
    """Each with the rules of the ledger. What Temporal does not know is named, and the others are replayed."""
    code = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    named = luongxanh(*REPLAY, code, "H42.101-250101-0000")
    assert named.code == 1
    answer = named.value
    assert (answer["histories"], answer["failures"], answer["absent"]) == (1, [], ["H42.101-250101-0000"])
    assert answer["events"] > 5
    assert answer["per_second"] > 0

    everything = luongxanh(*REPLAY, "--ended").value
    assert everything["histories"] >= 1
    assert everything["failures"] == []

    found = wait_until(
        lambda: luongxanh("dossier", "list", "--state", "submitted", "--json").values, "the register has it"
    )
    by_state = luongxanh(*REPLAY, "--state", "submitted", "--limit", str(len(found)))
    assert (by_state.code, by_state.value["failures"], by_state.value["histories"]) == (0, [], len(found))

    sample = luongxanh("ops", "replay", "--processes", "1", "--sample", "2", "--seed", "7", "--lang", "en")
    assert sample.code == 0
    assert "by the seed 7 (--seed 7)" in sample.err
    assert "Every history replays." in sample.out


def test_a_choice_that_means_nothing_or_two_things_is_refused(luongxanh: CommandLine) -> None:
    """An answer about no dossier, or about others than were meant, would look like a good one."""
    nothing = luongxanh(*REPLAY, "--text", "không có hồ sơ nào như thế")
    assert (nothing.code, nothing.error["code"]) == (2, "nothing_to_replay")
    none = luongxanh(*REPLAY, "--sample", "0")
    assert (none.code, none.error["code"]) == (2, "out_of_range")
    mixed = luongxanh(*REPLAY, "H42.101-250101-0000", "--state", "submitted")
    assert (mixed.code, mixed.error["code"]) == (2, "mixed_choice")
