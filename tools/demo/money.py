"""The money of the day: what was asked, where it is, and whether the payment platform's books say the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

from domain.dossier.state import TERMINAL, PaymentStatus
from tools.demo.ledger_snapshot import LedgerSnapshot
from tools.demo.report import MoneyFigures


def counted(record: LedgerSnapshot, platform: dict[str, Any]) -> MoneyFigures:
    """`platform` is what the payment platform tells of itself: its orders, with what was paid and sent back."""
    owing = [dossier for dossier in record.dossiers if dossier.payment.status is not PaymentStatus.NONE]
    found: Counter[str] = Counter()
    for dossier in owing:
        payment = dossier.payment
        found["paid_at_desk"] += dossier.money.taken_in_cash
        found["paid_online"] += dossier.money.met - dossier.money.taken_in_cash
        if payment.unmet:
            found["lapsed" if dossier.state in TERMINAL else "awaited"] += payment.amount
    orders = platform["orders"]
    return MoneyFigures(
        dossiers=len(owing),
        asked=sum(dossier.money.asked for dossier in owing),
        paid_online=found["paid_online"],
        paid_at_desk=found["paid_at_desk"],
        awaited=found["awaited"],
        lapsed=found["lapsed"],
        refunded=sum(dossier.money.refunded for dossier in owing),
        platform_received=sum(order["paid_amount"] for order in orders),
        platform_refunded=sum(order["refunded_amount"] for order in orders),
    )
