"""The figures of the report that are in no table, each with a name in two languages and a text."""

from __future__ import annotations

from collections.abc import Iterator

from domain.messages.dossier import DossierRefusal
from domain.text.sentences import dong
from domain.values import Bilingual
from gateway.i18n.wording import say, system_name, working_time
from tools.demo.report import Report

EVENT_NAMES = {
    "supplement_requested": "yêu cầu bổ sung",
    "step_sent_back": "trả lại bước trước",
    "result_rejected": "không ký dự thảo",
    "opinion_asked": "lấy ý kiến",
    "handover_sent": "chuyển đơn vị khác",
    "handover_refused": "từ chối nhận",
    "dossier_suspended": "tạm dừng",
    "deadline_extended": "gia hạn, xin lỗi",
    "entry_corrected": "đính chính",
    "signing_handed_over": "chuyển cấp trên ký",
    "outside_call_failed": "lỗi hệ thống ngoài",
}
"""The names of the events that the report counts, by kind."""
REFUSALS: dict[str, str] = {
    DossierRefusal.WRONG_ROLE: "sai vai trò",
    DossierRefusal.WRONG_UNIT: "sai đơn vị",
    DossierRefusal.WRONG_STATE: "sai trạng thái",
    DossierRefusal.STALE_VERSION: "bản đã cũ",
    DossierRefusal.MISSING_DOCUMENT: "thiếu giấy tờ",
    DossierRefusal.OPINION_AWAITED: "chưa đủ ý kiến",
}
SLOWEST = 3

Fact = tuple[Bilingual, str]


def facts(report: Report) -> Iterator[Fact]:
    """All figures, in the order of the page."""
    yield from _work(report)
    yield from _money(report)
    yield from _cost(report)


def percent(part: int, whole: int) -> str:
    """A share like `12,5 %`; a dash when `whole` is 0."""
    return decimal(f"{100 * part / whole:.1f} %") if whole else "–"


def decimal(number: str) -> str:
    """The number with a decimal comma, as in Vietnam."""
    return number.replace(".", ",")


def _work(report: Report) -> Iterator[Fact]:
    yield (
        say("Nộp nơi này, giải quyết nơi khác", "received across a boundary"),
        f"{report.size.crossing}/{report.size.accepted} hồ sơ ({percent(report.size.crossing, report.size.accepted)}); "
        f"{report.size.to_coordination} hồ sơ chờ điều phối vì chưa rõ địa bàn",
    )
    yield say("Đơn vị chậm nhất", "slowest units, mean working time since receipt"), _slowest(report)
    happened = (f"{name} {count}" for kind, name in EVENT_NAMES.items() if (count := report.happened.get(kind)))
    yield say("Diễn biến trong ngày", "turns of the day"), "; ".join(happened) or "–"
    refused = (f"{REFUSALS.get(code, code)} {count}" for code, count in report.refusals.items())
    yield say("Bị từ chối vì trái quy định", "refused by a rule, no trace left"), "; ".join(refused) or "–"
    stars = "–" if report.mean_stars is None else decimal(f"{report.mean_stars:.1f}/5")
    yield say("Người dân đánh giá", "rated by citizens"), f"{stars} ({report.happened.get('dossier_rated', 0)} lượt)"


def _slowest(report: Report) -> str:
    lines = (
        f"{unit.name}: bình quân {working_time(unit.mean_minutes).vi} làm việc ({unit.dossiers} hồ sơ, lâu nhất "
        f"{working_time(unit.longest_minutes).vi})"
        for unit in report.slowest[:SLOWEST]
        if unit.mean_minutes
    )
    return "\n".join(lines) or "–"


def _money(report: Report) -> Iterator[Fact]:
    money = report.money
    yield (
        say("Phí, lệ phí phải nộp", "fees asked"),
        f"{dong(money.asked).vi} ({money.dossiers} hồ sơ)\n= đã nộp trực tuyến {dong(money.paid_online).vi}, tại quầy "
        f"{dong(money.paid_at_desk).vi}\n+ chờ nộp {dong(money.awaited).vi} + thôi nộp {dong(money.lapsed).vi}",
    )
    yield (
        say("Nền tảng thanh toán", "payment platform"),
        f"nhận {dong(money.platform_received).vi}, đã hoàn trả {dong(money.platform_refunded).vi}",
    )


def _cost(report: Report) -> Iterator[Fact]:
    day, history = report.day, report.history
    yield (
        say("Tốc độ", "pace"),
        f"{day.commands_by_people} lệnh của người, {day.events} sự kiện trong {decimal(f'{day.seconds:g}')} giây; "
        f"{decimal(f'{day.dossiers_per_second:.1f}')} hồ sơ mỗi giây",
    )
    yield (
        say("Sổ cái, mỗi hồ sơ", "ledger events a dossier"),
        f"trung vị {history.ledger_events.median} sự kiện, nhiều nhất {history.ledger_events.largest}",
    )
    events, size = history.temporal_events, history.temporal_bytes
    yield (
        say("Temporal, mỗi hồ sơ", f"history a dossier, sample of {history.sample}"),
        f"trung vị {events.median} sự kiện, {_kilobytes(size.median)}; nhiều nhất {events.largest} sự kiện, "
        f"{_kilobytes(size.largest)}",
    )
    relays = (f"{system_name(relay.relay).vi}: {relay.behind}" for relay in report.relays)
    yield say("Sự kiện chưa chuyển đi", "relays: events still to hand on"), "; ".join(relays)


def _kilobytes(size: int) -> str:
    return decimal(f"{size / 1000:.1f} kB")
