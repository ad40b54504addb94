"""A few posts and their people: two specialists and a chairman in ward Hà Nam, and one officer elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.organisation.people import Absence, Appointment, Delegation, Post
from domain.organisation.staff import Staff
from domain.roles import Role
from tests.support.small_province import at

SINCE = date(2025, 7, 1)
CIVIL = Post(code="p.civil", unit="13366", role=Role.SPECIALIST, title="Hộ tịch", fields=("Hộ tịch",))
GENERAL = Post(code="p.general", unit="13366", role=Role.SPECIALIST, title="Chuyên môn")
CHAIR = Post(code="p.chair", unit="13366", role=Role.SIGNATORY, title="Chủ tịch")
OTHER = Post(code="p.other", unit="13285", role=Role.SPECIALIST, title="Chuyên môn")
POSTS = (GENERAL, CIVIL, CHAIR, OTHER)
NOON = at("2026-03-02 12:00")


def appointment(person: str, post: Post, since: date = SINCE, until: date | None = None) -> Appointment:
    """An appointment."""
    return Appointment(person=person, post=post.code, valid_from=since, valid_to=until)


def absence(person: str, began: str = "2026-03-01 00:00", ended: str | None = None) -> Absence:
    """An absence, by default from the day before NOON."""
    return Absence(person=person, began=at(began), ended=at(ended) if ended else None, ground="Nghỉ phép")


def delegation(giver: str, receiver: str, **changes: Any) -> Delegation:
    """A delegation of the specialist's role."""
    fields: dict[str, Any] = {
        "giver": giver,
        "receiver": receiver,
        "roles": (Role.SPECIALIST,),
        "began": at("2026-01-01 00:00"),
        "source": "Thông báo 1",
    }
    return Delegation.model_validate({**fields, **changes})


EVERYBODY = (
    appointment("civil", CIVIL),
    appointment("general", GENERAL),
    appointment("chair", CHAIR),
    appointment("other", OTHER),
)


def staff(*absences: Absence, delegations: tuple[Delegation, ...] = (), **changes: Any) -> Staff:
    """The four people, with absences and delegations."""
    fields: dict[str, Any] = {"posts": POSTS, "appointments": EVERYBODY}
    return Staff(**{**fields, "absences": absences, "delegations": delegations, **changes})
