"""Figures that must agree: counted in two ways, or kept in two books."""

from __future__ import annotations

from collections import Counter
from typing import Any

from domain.text.sentences import dong
from domain.values import Bilingual
from tools.demo.ledger_snapshot import LedgerSnapshot
from tools.demo.report import Check, ClockFigures, LedgerFigures, MoneyFigures, RelayFigures, StateFigures

EFFECTS_ONCE = ("order", "refund", "registered", "sign", "seal", "sent", "created")
"""What may take effect once only under one key at an outside system."""


def states_add_up(received: int, planned: int, states: tuple[StateFigures, ...]) -> Check:
    """Received is the sum of the states, and what was planned."""
    total = sum(one.dossiers for one in states)
    what = Bilingual(
        vi="Hồ sơ nhận = tổng theo trạng thái = kế hoạch", en="received = total of the states = as planned"
    )
    return Check(what=what, holds=received == total == planned, found=f"{received} = {total} = {planned}")


def accepted_add_up(accepted: int, clocks: tuple[ClockFigures, ...], registered: int) -> Check:
    """Each clock tells of every accepted dossier."""
    totals = [one.total for one in clocks]
    what = Bilingual(
        vi="Hồ sơ tiếp nhận = tổng của mỗi đồng hồ = sự kiện tiếp nhận",
        en="accepted = total of each clock = events of acceptance",
    )
    found = " = ".join(str(number) for number in (accepted, *totals, registered))
    return Check(what=what, holds={*totals, registered} == {accepted}, found=found)


def acted_once(sent: int, recorded: int) -> Check:
    """Every command that a person gave stands in the ledger once, however often it was sent."""
    what = Bilingual(vi="Mỗi lệnh của người được ghi đúng một lần", en="every command of a person acted exactly once")
    return Check(what=what, holds=sent == recorded, found=f"{sent} = {recorded}")


def money_adds_up(money: MoneyFigures) -> tuple[Check, ...]:
    """The obligations add up, and the platform's books say what the ledger says, to the dong."""
    parts = money.paid_online + money.paid_at_desk + money.awaited + money.lapsed
    kept = money.platform_received - money.platform_refunded
    return (
        Check(
            what=Bilingual(
                vi="Phải nộp = đã nộp + chờ nộp + thôi nộp", en="asked = paid + awaited + lapsed, to the dong"
            ),
            holds=money.asked == parts,
            found=f"{dong(money.asked)} = {dong(parts)}",
        ),
        Check(
            what=Bilingual(
                vi="Sổ nền tảng thanh toán = sổ cái (đã trừ hoàn)",
                en="the platform's books = the ledger, net of refunds",
            ),
            holds=kept == money.paid_online and money.platform_refunded == money.refunded,
            found=f"{dong(kept)} = {dong(money.paid_online)}",
        ),
    )


def portal_agrees(record: LedgerSnapshot, portal: dict[str, Any]) -> Check:
    """The national portal shows each dossier in its state."""
    shown = {row["MaHoSo"]: row["TrangThaiHoSo"] for row in portal["dossiers"]}
    ours = {one.code: str(one.state.portal_code) for one in record.dossiers if one.state}
    same = sum(shown.get(code) == state for code, state in ours.items())
    what = Bilingual(
        vi="Cổng quốc gia hiện đúng trạng thái từng hồ sơ", en="the national portal shows every dossier's state"
    )
    return Check(what=what, holds=shown == ours, found=f"{same}/{len(ours)}")


def once(books: dict[str, dict[str, Any]]) -> Check:
    """Nothing took effect twice at an outside system: no order, registration, signature, refund or notice."""
    effects = [
        (system, effect)
        for system, book in books.items()
        for effect in book["effects"]
        if effect["service"] in EFFECTS_ONCE
    ]
    twice = [f"{system} {effect['service']} {effect['key']}" for system, effect in effects if effect["times"] != 1]
    what = Bilingual(vi="Mỗi tác động ra ngoài xảy ra đúng một lần", en="every effect outside happened exactly once")
    return Check(what=what, holds=not twice, found=f"{len(effects)}" if not twice else "; ".join(twice[:5]))


def registered_once(record: LedgerSnapshot, books: dict[str, dict[str, Any]]) -> Check:
    """What the ledger says was registered is what the registries hold."""
    wanted = Counter(one.result.registry for one in record.dossiers if one.result.reference is not None)
    held = Counter({system: len(book["entries"]) for system, book in books.items() if book.get("entries")})
    what = Bilingual(
        vi="Kết quả đã đồng bộ = bản ghi tại các cơ sở dữ liệu", en="registered results = entries of the registries"
    )
    return Check(what=what, holds=wanted == held, found=f"{wanted.total()} = {held.total()}")


def relays_caught_up(relays: tuple[RelayFigures, ...]) -> Check:
    """Every event has been handed on, none was refused."""
    what = Bilingual(
        vi="Cổng quốc gia, tin nhắn: không còn sự kiện chưa chuyển", en="the portal and the notices have caught up"
    )
    found = " + ".join(f"{one.behind + one.refused}" for one in relays)
    return Check(what=what, holds=all(one.behind == one.refused == 0 for one in relays), found=found)


def chains_verify(received: int, ledger: LedgerFigures) -> Check:
    """Every dossier has a chain, and every chain verifies."""
    what = Bilingual(vi="Mọi chuỗi của sổ cái đều nguyên vẹn", en="every chain of the ledger verifies")
    return Check(what=what, holds=ledger.chains == received and not ledger.problems, found=f"{ledger.chains}")
