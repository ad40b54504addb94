"""Where dossiers of a cause wait, and how many were looked at, in words."""

from __future__ import annotations

from activities.ledger.acts_compared import ActsCompared
from activities.ledger.reconciliations import Reconciled
from domain.outside_systems import RELAY_NAMES
from domain.repairs.causes import Cause
from domain.repairs.differences import Difference
from domain.values import Bilingual
from gateway.i18n.queue_wording import queue_name
from gateway.i18n.wording import at, say, system_name


def place_of(cause: Cause, where: str) -> Bilingual:
    """The system, relay, queue or unit for which dossiers of this cause wait; see `PartOfCause.where`."""
    match cause:
        case Cause.NO_WORKER:
            return queue_name(where)
        case Cause.RELAY_REFUSED:
            return RELAY_NAMES.get(where, say(where, where))
        case Cause.UNACKNOWLEDGED | Cause.UNANSWERED:
            return say(f"đơn vị {where}", f"unit {where}")
        case _:
            return system_name(where)


def looked_at(acts: ActsCompared, newest: int, compared: Reconciled | None) -> Bilingual:
    """Which workflows were compared with the ledger, and what the last comparison of all said.

    `newest`: so many of the newest entries were looked at while the comparison has not come to them.
    """
    looked = _compared(acts, newest)
    if compared is None:
        return say(
            f"{looked.vi} Chưa lần nào đối chiếu mọi hồ sơ.",
            f"{looked.en} All dossiers were never compared.",
        )
    when, behind = at(compared.at), compared.counts.get(Difference.WORKFLOW_BEHIND, 0)
    return say(
        f"{looked.vi} Lần đối chiếu mọi hồ sơ gần nhất, lúc {when}, thấy {behind:,} hồ sơ chậm.",
        f"{looked.en} The last comparison of all, at {when}, found {behind:,} behind.",
    )


def _compared(acts: ActsCompared, newest: int) -> Bilingual:
    if acts.whole:
        return say(
            "Quy trình chậm hơn sổ cái: đã so mọi hồ sơ đang mở.",
            "Behind the ledger: every open dossier was compared with its workflow.",
        )
    if acts.at is None:
        return say(
            f"Quy trình chậm hơn sổ cái: mới chỉ xem các hồ sơ trong {newest} mục mới nhất của sổ cái.",
            f"Behind the ledger: only the dossiers of its {newest} newest entries were looked at.",
        )
    when = at(acts.at)
    return say(
        f"Quy trình chậm hơn sổ cái: đã so mọi hồ sơ đang mở có thao tác cuối trước {when}. Các thao tác sau đó sẽ "
        f"được so tiếp; {newest} mục mới nhất của sổ cái đã được xem.",
        f"Behind the ledger: every open dossier whose last act is from before {when} was compared with its workflow. "
        f"Later acts come next; the {newest} newest entries were looked at.",
    )
