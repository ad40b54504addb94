"""Tests of changing a frozen record by names and types that mypy checks.

Each `type: ignore` below marks such a mistake. mypy reports unneeded ignores, so it fails when it no longer sees the
mistake.
"""

from __future__ import annotations

import warnings

import pytest
from pydantic import ValidationError

from domain.changed import changed
from domain.dossier.state import DOSSIER, Dossier, State, snapshot_of
from tests.support.given import paid_for


def test_a_copy_is_changed_and_the_record_is_not() -> None:
    """Only the named fields of the copy change, and an equal copy is an equal key."""
    before = paid_for().dossier
    after = changed(before, state=State.PROCESSING)
    assert (after.state, before.state) == (State.PROCESSING, State.PAYMENT_REQUESTED)
    assert changed(after, state=State.PAYMENT_REQUESTED) == before
    assert hash(changed(before.payment, polls=before.payment.polls)) == hash(before.payment)


def test_a_field_that_does_not_exist_cannot_be_set() -> None:
    """An unknown field cannot be set in the dossier, in a part, or inside a part."""
    dossier = paid_for().dossier
    with pytest.raises(TypeError, match=r"no field stat$"):
        changed(dossier, stat=State.PROCESSING)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"no field step_done$"):
        changed(dossier.processing, step_done=("process",))  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"no field settle$"):
        changed(dossier.money.accounts[0], settle=1)  # type: ignore[call-arg]


def test_a_value_of_another_type_is_seen_by_mypy_and_by_whoever_reads_it() -> None:
    """mypy reports a value of a wrong type, and at run time reading the snapshot finds it."""
    before = paid_for().dossier
    _unreadable(changed(before, state="nonsense"))  # type: ignore[arg-type]
    _unreadable(changed(before, deadlines=changed(before.deadlines, statutory_due="soon")))  # type: ignore[arg-type]
    _unreadable(changed(before, fees=changed(before.fees, fee=None)))  # type: ignore[arg-type]


def _unreadable(dossier: Dossier) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic finds most of them when it writes
        written = snapshot_of(dossier)
    with pytest.raises(ValidationError):
        DOSSIER.validate_python(written)


def test_nothing_is_set_in_place() -> None:
    """A dossier cannot be changed in place, since a decision must record its changes as events."""
    dossier = paid_for().dossier
    with pytest.raises(AttributeError):
        dossier.state = State.RETURNED  # type: ignore[misc]
