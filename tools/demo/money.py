"""Counts the money of the day: the amounts due and paid in the ledger, and the sums of the payment platform."""

from __future__ import annotations

from collections import Counter
from typing import Any

from domain.dossier.state import TERMINAL, PaymentStatus
from tools.demo.ledger_snapshot import LedgerSnapshot
from tools.demo.report import MoneyFigures


def count(record: LedgerSnapshot, platform: dict[str, Any]) -> MoneyFigures:
    """The figures of the money. `platform`: the payment platform's orders, with paid and refunded amounts."""
    owing = [dossier for dossier in record.dossiers if dossier.payment.status is not PaymentStatus.NONE]
    sums: Counter[str] = Counter()
    for dossier in owing:
        payment = dossier.payment
        sums["paid_at_desk"] += dossier.money.taken_in_cash
        sums["paid_online"] += dossier.money.met - dossier.money.taken_in_cash
        if payment.unmet:
            sums["lapsed" if dossier.state in TERMINAL else "awaited"] += payment.amount
    orders = platform["orders"]
    return MoneyFigures(
        dossiers=len(owing),
        asked=sum(dossier.money.asked for dossier in owing),
        paid_online=sums["paid_online"],
        paid_at_desk=sums["paid_at_desk"],
        awaited=sums["awaited"],
        lapsed=sums["lapsed"],
        refunded=sum(dossier.money.refunded for dossier in owing),
        platform_received=sum(order["paid_amount"] for order in orders),
        platform_refunded=sum(order["refunded_amount"] for order in orders),
    )
