"""Figures that must agree: they are counted in two ways, or recorded in two systems."""

from __future__ import annotations

from collections import Counter
from typing import Any

from domain.text.sentences import dong
from domain.values import Bilingual
from tools.demo.ledger_snapshot import LedgerSnapshot
from tools.demo.report import Check, ClockFigures, LedgerFigures, MoneyFigures, RelayFigures, StateFigures

EFFECTS_ONCE = ("order", "refund", "registered", "sign", "seal", "sent", "created")
"""Effects that an outside system may carry out only once for one key."""


def states_add_up(received: int, planned: int, states: tuple[StateFigures, ...]) -> Check:
    """The received dossiers are as many as in all states together, and as many as planned."""
    total = sum(state.dossiers for state in states)
    what = Bilingual(
        vi="Hồ sơ nhận = tổng theo trạng thái = kế hoạch", en="received = total of the states = as planned"
    )
    return Check(what=what, holds=received == total == planned, found=f"{received} = {total} = {planned}")


def accepted_add_up(accepted: int, clocks: tuple[ClockFigures, ...], registered: int) -> Check:
    """The figures of each clock add up to the accepted dossiers."""
    totals = [clock.total for clock in clocks]
    what = Bilingual(
        vi="Hồ sơ tiếp nhận = tổng của mỗi đồng hồ = sự kiện tiếp nhận",
        en="accepted = total of each clock = events of acceptance",
    )
    found = " = ".join(str(number) for number in (accepted, *totals, registered))
    return Check(what=what, holds={*totals, registered} == {accepted}, found=found)


def acted_once(sent: int, recorded: int) -> Check:
    """The ledger has each command of a person once, even if it was sent twice."""
    what = Bilingual(vi="Mỗi lệnh của người được ghi đúng một lần", en="every command of a person acted exactly once")
    return Check(what=what, holds=sent == recorded, found=f"{sent} = {recorded}")


def money_adds_up(money: MoneyFigures) -> tuple[Check, ...]:
    """The amounts due add up, and the payment platform has the same sums as the ledger."""
    parts = money.paid_online + money.paid_at_desk + money.awaited + money.lapsed
    kept = money.platform_received - money.platform_refunded
    return (
        Check(
            what=Bilingual(
                vi="Phải nộp = đã nộp + chờ nộp + thôi nộp", en="asked = paid + awaited + lapsed, to the dong"
            ),
            holds=money.asked == parts,
            found=f"{dong(money.asked).vi} = {dong(parts).vi}",
        ),
        Check(
            what=Bilingual(
                vi="Sổ nền tảng thanh toán = sổ cái (đã trừ hoàn)",
                en="the platform's books = the ledger, net of refunds",
            ),
            holds=kept == money.paid_online and money.platform_refunded == money.refunded,
            found=f"{dong(kept).vi} = {dong(money.paid_online).vi}",
        ),
    )


def portal_agrees(record: LedgerSnapshot, portal: dict[str, Any]) -> Check:
    """The national portal shows each dossier in its current state."""
    shown = {row["MaHoSo"]: row["TrangThaiHoSo"] for row in portal["dossiers"]}
    ours = {dossier.code: str(dossier.state.portal_code) for dossier in record.dossiers if dossier.state}
    same = sum(shown.get(code) == state for code, state in ours.items())
    what = Bilingual(
        vi="Cổng quốc gia hiện đúng trạng thái từng hồ sơ", en="the national portal shows every dossier's state"
    )
    return Check(what=what, holds=shown == ours, found=f"{same}/{len(ours)}")


def once(books: dict[str, dict[str, Any]]) -> Check:
    """No order, registration, signature, refund or notice was carried out twice at an outside system."""
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
    """The registries have as many entries as the ledger has registered results."""
    wanted = Counter(dossier.result.registry for dossier in record.dossiers if dossier.result.reference is not None)
    held = Counter({system: len(book["entries"]) for system, book in books.items() if book.get("entries")})
    what = Bilingual(
        vi="Kết quả đã đồng bộ = bản ghi tại các cơ sở dữ liệu", en="registered results = entries of the registries"
    )
    return Check(what=what, holds=wanted == held, found=f"{wanted.total()} = {held.total()}")


def relays_caught_up(relays: tuple[RelayFigures, ...]) -> Check:
    """The relays have passed on every event, and none was refused."""
    what = Bilingual(
        vi="Cổng quốc gia, tin nhắn: không còn sự kiện chưa chuyển", en="the portal and the notices have caught up"
    )
    found = " + ".join(f"{relay.behind + relay.refused}" for relay in relays)
    return Check(what=what, holds=all(relay.behind == relay.refused == 0 for relay in relays), found=found)


def chains_verify(received: int, ledger: LedgerFigures) -> Check:
    """Every dossier has a chain, and every chain verifies."""
    what = Bilingual(vi="Mọi chuỗi của sổ cái đều nguyên vẹn", en="every chain of the ledger verifies")
    return Check(what=what, holds=ledger.chains == received and not ledger.problems, found=f"{ledger.chains}")
