"""Plans of repairs and the outcomes of their runs in words, for the command line and the console."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, assert_never

from domain.messages.dossier import DossierRefusal
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import RepairKind
from domain.repairs.plans import AllStuck, ByCause, ByCodes, ByFilter, Everything, RepairPlan
from domain.rollouts.plans import Item, ItemState
from domain.text.sentences import many, with_dots
from domain.values import Bilingual
from gateway.i18n.wording import say, system_name

OUTCOMES = {
    ItemState.PENDING: say("còn lại", "left"),
    ItemState.DONE: say("đã sửa, chạy tiếp", "repaired, goes on"),
    ItemState.NOT_CURED: say("chưa hết nguyên nhân", "not cured"),
    ItemState.MOVED_ON: say("đã khác kế hoạch, để yên", "not as planned, left alone"),
    ItemState.REFUSED: say("không sửa được", "refused"),
    ItemState.ABANDONED: say("bỏ lại", "abandoned"),
}
"""The outcomes that a repair can have for a dossier, in the order in which they are shown."""
CHANGED = {
    "version": say("phiên bản", "version"), "run": say("lượt chạy", "run"), "cause": say("nguyên nhân", "cause"),
    "repair": say("việc cần sửa", "repair"),
}  # fmt: skip
NOTHING = say("", "")
NO_CAUSE = say("không có", "none")
INPUT = say("; nếu dữ liệu sai, hãy sửa ở sự cố của hồ sơ", "; where its input is wrong, correct it at its incident")
UNNOTED = say("; chưa ghi được vào sổ cái", "; not in its ledger")
NONE_REFUSED = say("không có việc nào bị từ chối hẳn", "no call was refused for good")
REFUSALS = {
    DossierRefusal.RESTART_NOT_NEEDED.value: say("đang chạy tốt, hoặc đã kết thúc", "it goes on, or has ended"),
    MechanicRefusal.NO_REFUSED_CALL.value: NONE_REFUSED,
    DossierRefusal.UNKNOWN_CALL.value: NONE_REFUSED,  # the same in plans that were made earlier
}


def selected(plan: RepairPlan) -> Bilingual:
    """How the dossiers of the plan were chosen."""
    match plan.selected:
        case ByCodes(codes=codes):
            return say(f"{with_dots(len(codes))} mã hồ sơ", many(len(codes), "code"))
        case ByFilter(wanted=wanted):
            return say(f"điều kiện {_conditions(wanted)}", f"conditions {_conditions(wanted)}")
        case ByCause(cause=cause, wanted=wanted):
            also = f"; {_conditions(wanted)}" if wanted else ""
            vi, en = (f"{cause.words.vi} ({cause}){also}", f"{cause.words.en} ({cause}){also}")
            return say(f"mọi hồ sơ kẹt vì {vi}", f"every dossier with the cause: {en}")
        case AllStuck(wanted=wanted):
            also = f"; {_conditions(wanted)}" if wanted else ""
            return say(f"mọi hồ sơ kẹt mà sửa được{also}", f"everything that is stuck and can be repaired{also}")
        case Everything():
            return say("MỌI HỒ SƠ trong sổ", "EVERY DOSSIER of the register")
        case _:
            assert_never(plan.selected)


def _conditions(wanted: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in wanted.items())


def cause_of(finding: Finding) -> Bilingual:
    """Why the dossier does not go on, with the code of the error where one is known."""
    words = finding.cause.words if finding.cause else NO_CAUSE
    code = f" ({finding.code})" if finding.code else ""
    return say(words.vi + code, words.en + code)


def refusal(finding: Finding) -> Bilingual:
    """Why the dossier is left alone."""
    return finding.refused_because or refusal_words(finding.refused or "")


def refusal_words(code: str) -> Bilingual:
    """Why a dossier is not repaired, in a few words; the code where there are none."""
    words = REFUSALS.get(code)
    return say(code, code) if words is None else say(f"{words.vi} ({code})", f"{words.en} ({code})")


def repairs(plan: RepairPlan) -> Bilingual:
    """How many dossiers get each repair; nothing for a plan whose order says the repair."""
    if all(one.chosen is None for one in plan.to_do):
        return NOTHING
    counted = [(kind.words, count) for kind, count in plan.repairs.items()]
    vi, en = (", ".join(f"{getattr(words, lang)} {count}" for words, count in counted) for lang in ("vi", "en"))
    return say(f"Chọn theo nguyên nhân: {vi}.", f"Chosen by cause: {en}.")


def chosen(finding: Finding) -> Bilingual:
    """The repair that was chosen for the dossier; nothing where the plan's order says it."""
    return NOTHING if finding.chosen is None else finding.chosen.words


def calls_again(plan: RepairPlan) -> tuple[Bilingual, ...]:
    """What is asked outside again, and why that is harmless."""
    counted = Counter(call.system for one in plan.to_do for call in one.again)
    if not counted:
        return (say("Không gọi lại việc gì ra ngoài.", "Nothing is asked outside again."),)
    names = [(system_name(system), count) for system, count in counted.most_common()]
    vi, en = (", ".join(f"{getattr(name, lang)} {count}" for name, count in names) for lang in ("vi", "en"))
    count = plan.calls_again
    return (
        say(f"Gọi lại ra ngoài {with_dots(count)} lần: {vi}.", f"{many(count, 'call')} outside again: {en}."),
        plan.harmless,
    )


def size(plan: RepairPlan) -> Bilingual:
    """How many dossiers are repaired, how fast, and about how long it takes."""
    seconds, count = round(plan.lasts.total_seconds()), len(plan.to_do)
    rate = f"{plan.per_minute / 60:g}"
    return say(
        f"{with_dots(count)} hồ sơ, nhiều nhất {rate} hồ sơ mỗi giây: khoảng {with_dots(seconds)} giây, cộng thời gian "
        "kiểm tra lại.",
        f"{many(count, 'dossier')}, at most {rate} a second: about {many(seconds, 'second')}, then verification.",
    )


def outcome(state: ItemState) -> Bilingual:
    """What became of a dossier in the run of a repair."""
    return OUTCOMES.get(state, say(state, state))


def note(item: Item) -> Bilingual:
    """What else is known of the outcome: what has changed since the plan, the cause that stays, why it was refused."""
    changes = [_change(one) for one in item.detail.get("changes", ())]
    if changes:
        return say("; ".join(one.vi for one in changes), "; ".join(one.en for one in changes))
    words, unnoted = _of_code(item), NOTHING if item.detail.get("noted", True) else UNNOTED
    done = item.detail.get("repair")
    if done in tuple(RepairKind):
        repair = RepairKind(done).words
        words = say("; ".join(filter(None, (repair.vi, words.vi))), "; ".join(filter(None, (repair.en, words.en))))
    return say(words.vi + unnoted.vi, words.en + unnoted.en)


def _of_code(item: Item) -> Bilingual:
    if not item.code:
        return NOTHING
    if item.code == Cause.REFUSED_FOR_GOOD:
        words = Cause.REFUSED_FOR_GOOD.words
        return say(words.vi + INPUT.vi, words.en + INPUT.en)
    if item.code in tuple(Cause):
        return Cause(item.code).words
    if "vi" in item.detail:
        return say(f"{item.code}: {item.detail['vi']}", f"{item.code}: {item.detail.get('en', '')}")
    return refusal_words(item.code)


def _change(one: dict[str, str | None]) -> Bilingual:
    what, planned, now = CHANGED[str(one["what"])], _value(one["planned"]), _value(one["now"])
    return say(f"{what.vi}: {planned.vi} → {now.vi}", f"{what.en}: {planned.en} → {now.en}")


def _value(value: str | None) -> Bilingual:
    if value is None:
        return NO_CAUSE
    if value in tuple(RepairKind):
        return RepairKind(value).words
    return Cause(value).words if value in tuple(Cause) else say(value[:8], value[:8])
