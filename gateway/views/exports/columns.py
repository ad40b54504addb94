"""The columns of a list of dossiers for people: a heading in both languages, and the value of a row in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from activities.ledger.search.reader import FoundDossier
from domain.deadlines.limits import WhichClock
from domain.text.printable import printable
from domain.values import VIETNAM, Bilingual
from gateway.i18n.deadline_wording import holder_name
from gateway.i18n.wording import CHANNELS, rung_name, say, state_name, system_name
from gateway.views.names import Names

Language = Literal["vi", "en"]
Cell = str | int | datetime | None
"""An instant is in Vietnam's time, without its zone: tables of offices know none."""


@dataclass(frozen=True)
class Wording:
    """In which words the values are written, and for whom. `at`: the instant at which lateness is judged.

    `to_staff`: with the officers' internal codes, which applicants do not see. `chosen`: the columns in order;
    None: all. `notes`: lines above the headings of a workbook, such as the filter; CSV stays a plain table.
    """

    names: Names
    language: Language
    at: datetime
    to_staff: bool = True
    chosen: tuple[Column, ...] | None = None
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the table."""
        return COLUMNS if self.chosen is None else self.chosen

    def of(self, text: Bilingual) -> str:
        """The text in the chosen language."""
        return text.vi if self.language == "vi" else text.en


@dataclass(frozen=True)
class Column:
    """One column. `key`: its name in addresses and saved searches, which never changes. `width`: in characters."""

    key: str
    heading: Bilingual
    value: Callable[[FoundDossier, Wording], Cell]
    width: int = 16


def cells(row: FoundDossier, wording: Wording) -> list[Cell]:
    """The values of a row. No text has a character that cannot be seen."""
    values = (column.value(row, wording) for column in wording.columns)
    return [printable(value) if isinstance(value, str) else value for value in values]


def headings(wording: Wording) -> list[str]:
    """The headings in the chosen language."""
    return [wording.of(column.heading) for column in wording.columns]


def local(at: datetime | None) -> datetime | None:
    """An instant as a cell has it."""
    return None if at is None else at.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0)


def _unit(code: str | None, wording: Wording) -> str | None:
    return None if code is None else wording.names.unit(code)


def _rung(code: str | None, wording: Wording) -> str | None:
    known = wording.names.rungs.get(code or "")
    return code if known is None else wording.of(rung_name(known))


def _yes(yes: bool, wording: Wording) -> str:
    return wording.of(say("có", "yes") if yes else say("không", "no"))


def _late(row: FoundDossier, which: WhichClock, wording: Wording) -> str:
    return _yes(row.is_late(which, wording.at), wording)


def _late_by(row: FoundDossier, which: WhichClock, wording: Wording) -> str | None:
    """To whom the lateness is attributed; nothing for a dossier that is not late."""
    if not row.is_late(which, wording.at):
        return None
    return ", ".join(wording.of(holder_name(holder, wording.names.unit)) for holder in row.late_by(which))


COLUMNS: tuple[Column, ...] = (
    Column("code", say("Mã hồ sơ", "Dossier code"), lambda row, _: row.code, 28),
    Column("state", say("Trạng thái", "State"), lambda row, wording: wording.of(state_name(row.state)), 24),
    Column("state_code", say("Mã trạng thái", "State code"), lambda row, _: row.state.value),
    Column("procedure_code", say("Mã thủ tục", "Procedure code"), lambda row, _: row.procedure, 12),
    Column("procedure", say("Thủ tục", "Procedure"), lambda row, wording: wording.names.procedure(row.procedure), 44),
    Column("channel", say("Hình thức nộp", "Channel"), lambda row, wording: wording.of(CHANNELS[row.channel])),
    Column("received_by_code", say("Mã đơn vị tiếp nhận", "Receiving unit code"), lambda row, _: row.received_by, 12),
    Column(
        "received_by",
        say("Đơn vị tiếp nhận", "Receiving unit"),
        lambda row, wording: _unit(row.received_by, wording),
        30,
    ),
    Column("competent_code", say("Mã cơ quan có thẩm quyền", "Competent unit code"), lambda row, _: row.competent, 12),
    Column(
        "competent",
        say("Cơ quan có thẩm quyền", "Competent unit"),
        lambda row, wording: _unit(row.competent, wording),
        30,
    ),
    Column(
        "responsible_code",
        say("Mã đơn vị chịu trách nhiệm", "Responsible unit code"),
        lambda row, _: row.responsible,
        12,
    ),
    Column(
        "responsible",
        say("Đơn vị chịu trách nhiệm", "Responsible unit"),
        lambda row, wording: _unit(row.responsible, wording),
        30,
    ),
    Column(
        "assignee", say("Người thụ lý", "Officer"), lambda row, wording: row.assignee if wording.to_staff else None, 22
    ),
    Column("green", say("Luồng Xanh", "Green Stream"), lambda row, _: row.green, 22),
    Column("received_at", say("Tiếp nhận lúc", "Received at"), lambda row, _: local(row.received_at)),
    Column("statutory_due", say("Hạn theo quy định", "Statutory due"), lambda row, _: local(row.statutory_due)),
    Column("promised_due", say("Hạn hẹn trả", "Promised due"), lambda row, _: local(row.promised_due)),
    Column("ended_at", say("Kết thúc lúc", "Ended at"), lambda row, _: local(row.ended_at)),
    Column(
        "is_late_statutory",
        say("Trễ quy định", "Late on the statutory date"),
        lambda row, w: _late(row, WhichClock.STATUTORY, w),
        10,
    ),
    Column(
        "is_late_promised",
        say("Trễ hẹn", "Late on the promised date"),
        lambda row, w: _late(row, WhichClock.PROMISED, w),
        10,
    ),
    Column(
        "late_statutory_minutes",
        say("Trễ quy định (phút làm việc)", "Late on the statutory date (working minutes)"),
        lambda row, _: row.late_statutory_minutes,
    ),
    Column(
        "late_promised_minutes",
        say("Trễ hẹn (phút làm việc)", "Late on the promised date (working minutes)"),
        lambda row, _: row.late_promised_minutes,
    ),
    Column(
        "late_statutory_by",
        say("Trễ quy định do", "Late on the statutory date because of"),
        lambda row, w: _late_by(row, WhichClock.STATUTORY, w),
        30,
    ),
    Column(
        "late_promised_by",
        say("Trễ hẹn do", "Late on the promised date because of"),
        lambda row, w: _late_by(row, WhichClock.PROMISED, w),
        30,
    ),
    Column("rung", say("Bậc leo thang", "Escalation rung"), lambda row, wording: _rung(row.rung, wording), 30),
    Column("crossing", say("Nộp khác nơi giải quyết", "Received elsewhere"), lambda row, w: _yes(row.crossing, w), 12),
    Column(
        "parent", say("Thuộc hồ sơ liên thông", "Part of the interconnected dossier"), lambda row, _: row.parent, 28
    ),
    Column(
        "incident_systems",
        say("Sự cố kết nối", "Outside systems that fail"),
        lambda row, wording: (
            ", ".join(wording.of(system_name(one)) for one in dict.fromkeys(row.incident_systems)) or None
        ),
        28,
    ),
    Column("updated_at", say("Thay đổi lần cuối", "Last changed"), lambda row, _: local(row.updated_at)),
)
"""Every column, in the order of the whole table."""
