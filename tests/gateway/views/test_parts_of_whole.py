"""Tests of the parts of an interconnected dossier: one date that is explained, and no part that ends without a word."""

from __future__ import annotations

import pytest

from domain.dossier.commands import Refuse, SubmittedDocument
from domain.dossier.context import Rules
from domain.dossier.group_commands import ChildStatus
from domain.procedures.procedure import Procedure
from gateway.views.names import Names
from gateway.views.parts_of_whole import Part, parts_of, path_reasons, planned_parts
from gateway.views.tracked.dossier import tracked
from gateway.views.tracked.sentences import told
from tests.domain.dossier.test_interconnected import resolve
from tests.support.families import Family, a_family
from tests.support.given import HEAD
from tests.support.small_province import BORN, DIED, HA_NAM, RULEBOOK
from tests.support.vietnamese import foreign

PAPERS = (SubmittedDocument(code="don"), SubmittedDocument(code="nha"))


def family(procedure: Procedure = BORN) -> Family:
    return a_family(procedure, documents=PAPERS)


def parts(one: Family) -> dict[str, Part]:
    """The parts as they are shown now."""
    names = Names.of_rules(one.rules, one.whole.now.date())
    units = {case.dossier.code: case.dossier.routing.competent for case in one.children.values()}
    return {part.child: part for part in parts_of(one.whole.dossier, one.rules, names, one.whole.now.date(), units)}


def test_each_part_has_its_authority_and_its_state() -> None:
    """Also a part that is not opened yet: it is known who will get it, and what it waits for."""
    shown = parts(family())
    names = Names.of_rules(Rules.pinned(family().whole.dossier.pins, RULEBOOK), family().whole.now.date())
    assert {part.authority for part in shown.values()} == {names.unit(HA_NAM)}
    assert [part.status for part in shown.values()] == [ChildStatus.OPEN, ChildStatus.WAITING, ChildStatus.WAITING]
    assert shown["residence"].dossier is None
    assert "Bắt đầu khi có kết quả của" in shown["residence"].told[0].vi
    assert [part.critical for part in shown.values()] == [True, True, False]


def test_the_date_is_explained_by_the_longest_chain() -> None:
    """In the order of the work, with the sum; and what runs beside it."""
    one = family()
    chain, beside = path_reasons(one.whole.dossier, one.rules)
    assert "trong ngày" in chain.vi or "1 ngày" in chain.vi
    assert "6 ngày làm việc" in chain.vi
    assert "cùng lúc" in beside.vi
    assert path_reasons(one.children["birth"].dossier, Rules.pinned(one.children["birth"].dossier.pins, RULEBOOK)) == ()


@pytest.mark.parametrize("procedure", [BORN, DIED])
def test_a_refused_part_says_what_follows(procedure: Procedure) -> None:
    """The part that was refused, those that are given up, and the whole: each has a plain sentence."""
    one = family(procedure)
    first = next(iter(one.children))
    one.children[first].when(HEAD, Refuse(legal_basis="Điều 7"))
    one.follow()
    shown = parts(one)
    assert "từ chối" in shown[first].told[0].vi
    for part in shown.values():
        assert part.told
        assert not [word for sentence in part.told for word in foreign(sentence.vi) if word not in part.name]
    assert "không phần nào có kết quả" in told(seen(one)).now.vi
    given_up = [part for part in shown.values() if part.status is ChildStatus.GIVEN_UP]
    assert all(shown[first].name in part.told[0].vi for part in given_up)


def test_the_others_go_on() -> None:
    """Birth is done, residence is refused: insurance goes on, and the citizen is told so."""
    one = resolve(family(), "birth")
    one.children["residence"].when(HEAD, Refuse(legal_basis="Điều 7"))
    shown = parts(one.follow())
    assert [sentence.vi for sentence in shown["residence"].told][-1] == "Các phần khác vẫn được giải quyết."
    resolve(one, "insurance")
    page = seen(one)
    assert "2 trong 3 phần" in told(page).now.vi
    assert len(page.parts) == 3


def test_a_late_part_is_told_and_the_date_stays() -> None:
    """Its own date has passed: that is said at the part."""
    one = family()
    before = one.whole.dossier.deadlines.promised_due
    one.later(days=3)
    one.whole.tick()
    shown = parts(one)
    assert shown["birth"].late
    assert "quá ngày" in shown["birth"].told[0].vi
    assert one.whole.dossier.deadlines.promised_due == before


def test_the_receipt_has_the_parts_before_anything_is_opened() -> None:
    """One line for each part, with its authority, its time and its fee."""
    one = family(DIED)
    names = Names.of_rules(one.rules, one.whole.now.date())
    planned = planned_parts(one.whole.dossier, one.rules, names, one.whole.now.date())
    assert [part.fee for part in planned] == [0, 20_000, 0]
    assert all(part.authority for part in planned)


def seen(one: Family):  # type: ignore[no-untyped-def]
    """The whole as its applicant sees it."""
    names = Names.of_rules(one.rules, one.whole.now.date())
    units = {case.dossier.code: case.dossier.routing.competent for case in one.children.values()}
    return tracked(one.whole.dossier, one.rules, names, one.whole.now, units)
