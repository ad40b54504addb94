"""Tests of the groups by which events are filtered."""

from __future__ import annotations

from typing import get_args

from domain.dossier.events import AnyEvent
from gateway.views.event_groups import GROUP_OF, EventGroup, kind_of, kinds_in


def test_every_kind_is_in_one_group() -> None:
    """Each event of a dossier has a group, so that no filter hides one for good; and no group is empty."""
    kinds = {kind_of(event) for event in get_args(AnyEvent)}
    assert set(GROUP_OF) == kinds
    by_group = [kinds_in([group]) for group in EventGroup]
    assert all(by_group)
    assert sum(map(len, by_group)) == len(kinds)
    assert all(group.words.vi and group.words.en for group in EventGroup)
