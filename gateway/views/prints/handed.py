"""The words of the printed forms that several of them share. The forms are official, so they are in Vietnamese."""

from __future__ import annotations

from datetime import datetime

from domain.deadlines.clock import Judgement, Timeliness
from domain.text.sentences import begun
from domain.values import VIETNAM
from gateway.i18n.wording import ROLES, at, system_name
from gateway.views.names import Names
from gateway.views.work_course import Desk, DeskKind

AUTHORITY = "Ủy ban nhân dân tỉnh Ninh Bình"
TIMELINESS = {
    Timeliness.EARLY: "Trước hạn",
    Timeliness.ON_TIME: "Đúng hạn",
    Timeliness.LATE: "Quá hạn",
    Timeliness.OPEN: "Chưa xác định",
}


def timeliness(judged: Judgement | None) -> str:
    """The word of the form for a judgement; a dash before there is a date."""
    return "–" if judged is None else TIMELINESS[judged.timeliness]


def desk_name(desk: Desk, names: Names, *, to_staff: bool = True) -> str:
    """Who has the work, by role and unit, with the officer's internal code."""
    if desk.kind is DeskKind.APPLICANT:
        return "Người nộp hồ sơ"
    if desk.kind is DeskKind.SYSTEM:
        return begun(system_name(desk.system or "").vi)
    if desk.role is None:
        return names.unit(desk.unit) if desk.unit else "Chưa rõ đơn vị"
    person = f" ({desk.person})" if desk.person and to_staff else ""
    where = f", {names.unit(desk.unit)}" if desk.unit else ""
    return f"{begun(ROLES[desk.role].vi)}{person}{where}"


def written(instant: datetime | None) -> str | None:
    """An instant as it stands in a table of a form."""
    return None if instant is None else at(instant)


def in_words(instant: datetime | None) -> str | None:
    """`08 giờ 30 phút, ngày 01 tháng 7 năm 2025`, as the forms have it."""
    if instant is None:
        return None
    local = instant.astimezone(VIETNAM)
    return f"{local:%H} giờ {local:%M} phút, ngày {local:%d} tháng {local.month} năm {local.year}"


def dated(instant: datetime) -> str:
    """`ngày 01 tháng 7 năm 2025`, for the head of a form."""
    local = instant.astimezone(VIETNAM)
    return f"Ngày {local:%d} tháng {local.month} năm {local.year}"


def head(code: str, unit: str, names: Names, printed: datetime) -> dict[str, str]:
    """The fields of `form.typ`: the authority above the unit, the unit, the place and day."""
    return {"code": code, "authority": _above(unit, names), "unit": names.unit(unit), "place": dated(printed)}


def _above(unit: str, names: Names) -> str:
    organisation = names.organisation
    if organisation is None or organisation.find(unit, names.on) is None:  # it has merged since
        return AUTHORITY
    found = organisation.above(unit, names.on)
    return AUTHORITY if found is None else found.name
