"""The sentence for a repair by operators."""

from __future__ import annotations

from domain.dossier.events import RepairEvent
from domain.values import Bilingual
from gateway.i18n.wording import say

SHORT = 12
"""So many characters of the hash name a plan to people."""


def repair_sentence(event: RepairEvent) -> Bilingual:
    """What was done, with what outcome, by which plan, why, and who else approved it."""
    cured = event.outcome == "done"
    how_vi = "đã chạy tiếp" if cured else "chưa hết nguyên nhân"
    how_en = "it goes on" if cured else "its cause is still there"
    second_vi = f" Người thứ hai: {event.second}." if event.second else ""
    second_en = f" Second person: {event.second}." if event.second else ""
    plan, kind = event.plan[:SHORT], event.repair.words
    return say(
        f"Sửa hồ sơ: {kind.vi}; {how_vi}. Lý do: {event.reason}. Kế hoạch {plan}.{second_vi}",
        f"Repaired: {kind.en}; {how_en}. Reason: {event.reason}. Plan {plan}.{second_en}",
    )
