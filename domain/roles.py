"""Who acts: a person or a system, in one role, for one unit."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from domain.values import Code, Strict


class Role(StrEnum):
    """The roles of the one-stop process. The Vietnamese title is what screens show."""

    APPLICANT = "applicant"  # người nộp hồ sơ
    RECEPTION = "reception"  # cán bộ một cửa: receives and returns
    SPECIALIST = "specialist"  # công chức chuyên môn: processes
    HEAD_OF_UNIT = "head_of_unit"  # lãnh đạo phòng, trưởng bộ phận: assigns and approves
    SIGNATORY = "signatory"  # người có thẩm quyền ký
    CLERK = "clerk"  # văn thư: numbers and seals
    CASHIER = "cashier"  # thu phí, lệ phí
    COORDINATOR = "coordinator"  # điều phối của Trung tâm Phục vụ hành chính công tỉnh
    SUPERVISOR = "supervisor"  # giám sát: reads
    OPERATOR = "operator"  # vận hành: replays and repairs
    SYSTEM = "system"  # timers and outside systems, never a person


class Actor(Strict):
    """One acting person or system. `person` is an internal identifier, never a name or an identity number."""

    person: Code
    role: Role
    unit: Code | None = None
    as_of: date | None = None
    """The day on which `unit` was the code, for a command that was on its way while units merged: codes are reused."""
    stands_in_for: Code | None = None
    """The absent colleague whose work this person does today, by a dated delegation that the gateway has checked."""
