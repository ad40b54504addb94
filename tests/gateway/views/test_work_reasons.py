"""Tests of the sentence that says why work is somebody's."""

from __future__ import annotations

from typing import Any

from activities.ledger.reading import Assignment
from domain.dossier.view import DossierSummary, WorkItem
from domain.dossier.viewing import view_of
from domain.organisation.people import Absence, Post
from domain.organisation.staff import Staff
from domain.roles import Actor, Role
from gateway.views.names import Names
from gateway.views.work_list import HeldWork
from gateway.views.work_reasons import Whose
from tests.support.given import HEAD, processing
from tests.support.small_province import CENTRE, HA_NAM, ORGANISATION, RULEBOOK
from tests.support.small_staff import EVERYBODY, NOON, POSTS, absence, appointment, delegation, staff

CODE = "H42.12-250701-0001"


def held(person: str | None = None, acting: str | None = None, act: str = "complete_step", **dossier: Any) -> HeldWork:

    view = view_of(processing().dossier, RULEBOOK)
    summary = DossierSummary.model_validate({**view.model_dump(), "code": CODE, **dossier})
    item = WorkItem(dossier=CODE, unit=HA_NAM, role=Role.SPECIALIST, person=person, act=act, since=NOON)
    return HeldWork(item=item, dossier=summary, acting=acting)


def why(work: HeldWork, person: str = "civil", everybody: Staff | None = None, by: Actor | None = None) -> str:
    everybody = everybody or staff()
    assignments = {} if by is None else {CODE: Assignment(by=by, at=NOON)}
    names = Names(on=NOON.date(), organisation=ORGANISATION)
    return Whose(person, everybody.duties(person, NOON), everybody, NOON, names, assignments).why(work).vi


def away(person: str, ended: str | None = None) -> Absence:
    return absence(person, ended=ended)


def test_who_assigned_it_and_when() -> None:
    """Assigned work names who assigned it, and when; the engine is named as the engine."""
    mine = held("civil", "civil")
    assert why(mine, by=HEAD) == "head.hanam giao cho bạn lúc 12:00 02/03/2026."
    machine = Actor(person="phan-cong-tu-dong", role=Role.ASSIGNER, unit=HA_NAM)
    assert why(mine, by=machine).startswith("Hệ thống giao cho bạn")
    assert why(mine) == "Đã giao cho bạn."
    assert why(held("general", "general"), by=HEAD) == (
        "head.hanam giao cho Công chức chuyên môn 1 lúc 12:00 02/03/2026."
    )
    by_me = Actor(person="chair", role=Role.HEAD_OF_UNIT, unit=HA_NAM)
    assert why(held("general", "general"), "chair", by=by_me).startswith("Bạn giao cho Công chức chuyên môn 1 lúc")


def test_what_nobody_is_named_for_is_the_role_s() -> None:
    """Unassigned work names the role and the unit; of who stands in, the absent colleague until the return."""
    assert why(held()) == "Chưa giao riêng cho ai: việc của công chức chuyên môn, Phường Hà Nam."
    everybody = staff(away("civil", "2026-03-05 00:00"), delegations=(delegation("civil", "chair"),))
    assert why(held(), "chair", everybody) == (
        "Chưa giao riêng cho ai; bạn làm thay Công chức chuyên môn 2 vắng đến 00:00 05/03/2026"
        " (công chức chuyên môn, Phường Hà Nam)."
    )


def test_a_stand_in_sees_for_whom() -> None:
    """The work of an absent person says for whom, and until when."""
    everybody = staff(away("civil", "2026-03-05 00:00"), delegations=(delegation("civil", "chair"),))
    assert why(held("civil", "chair"), "chair", everybody) == (
        "Đã giao cho Công chức chuyên môn 2 vắng đến 00:00 05/03/2026; bạn làm thay."
    )
    assert why(held("civil", "chair"), "general", everybody).endswith("; Người có thẩm quyền ký làm thay.")
    assert "đang vắng" in why(held("civil", "chair"), "chair", staff(away("civil"), delegations=everybody.delegations))


def test_for_whom_the_reader_acts() -> None:
    """Work of an absent colleague names the colleague; one's own work, and work of a role that one has, name nobody."""
    everybody = staff(away("civil"), delegations=(delegation("civil", "chair"),))
    names = Names(on=NOON.date(), organisation=ORGANISATION)

    def behalf(work: HeldWork, person: str) -> str | None:
        return Whose(person, everybody.duties(person, NOON), everybody, NOON, names, {}).on_behalf_of(work)

    assert behalf(held("civil", "chair"), "chair") == "civil"
    assert behalf(held(), "chair") == "civil"
    assert behalf(held("civil", "chair"), "general") is None
    assert behalf(held(), "general") is None
    assert behalf(held("general", "general"), "general") is None


def test_who_stands_in_for_an_operator_of_the_centre_acts_in_every_unit() -> None:
    """The list that has a repair of a ward for a stand-in says for whom it is done."""
    posts = tuple(Post(code=f"p.{one}", unit=CENTRE, role=Role.OPERATOR, title="Vận hành") for one in ("op.1", "op.2"))
    holds = tuple(appointment(post.code.removeprefix("p."), post) for post in posts)
    given = delegation("op.1", "chair", roles=(Role.OPERATOR,))
    everybody = staff(away("op.1"), delegations=(given,), posts=(*POSTS, *posts), appointments=(*EVERYBODY, *holds))
    repair = held()
    repair = repair.model_copy(update={"item": repair.item.model_copy(update={"role": Role.OPERATOR, "act": "repair"})})
    names = Names(on=NOON.date(), organisation=ORGANISATION)
    behalf = [
        Whose(person, everybody.duties(person, NOON), everybody, NOON, names, {}).on_behalf_of(repair)
        for person in ("chair", "op.2")
    ]
    assert behalf == ["op.1", None]
    assert "bạn làm thay" in why(repair, "chair", everybody)


def test_the_head_is_told_why_it_must_be_assigned_anew() -> None:
    """Work of somebody who is gone says so; an escalation says which unit is responsible now."""
    assert "giao lại" in why(held("civil", None, "assign"), "chair")
    taken = why(held("civil", "civil", responsible=CENTRE, rung="committee"))
    assert taken.endswith("Quá hạn, nên Trung tâm Phục vụ hành chính công tỉnh nay chịu trách nhiệm.")
    queued = why(held(competent=None, responsible=CENTRE, rung="committee"))
    assert "Quá hạn" not in queued, "it is in the coordination queue: nobody took it over"
