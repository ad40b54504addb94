"""Words that only the operators' pages use."""

from __future__ import annotations

from activities.webhooks.orders import WebhookAct
from domain.outside_systems import RELAY_NAMES
from domain.rollouts.plans import ItemState, RolloutKind
from domain.values import Bilingual
from gateway.i18n import repair_wording
from gateway.i18n.wording import ROLLOUT_ACTS, failure_name, say

OUTCOMES = {
    ItemState.PENDING: say("còn lại", "left"),
    ItemState.DONE: say("đã thay đổi", "changed"),
    ItemState.UNCHANGED: say("không đổi", "unchanged"),
    ItemState.REFUSED: say("từ chối", "refused"),
    ItemState.WAITING: say("chờ điều phối", "waits for coordination"),
    ItemState.ABANDONED: say("bỏ lại", "left alone"),
}

WEBHOOK_ACTS = {
    WebhookAct.PAUSE: say("Tạm dừng webhook", "Pause a webhook"),
    WebhookAct.RESUME: say("Cho webhook gửi tiếp", "Let a webhook go on"),
    WebhookAct.RETRY: say("Gửi lại hồ sơ đã ngừng", "Send again what was given up"),
    WebhookAct.SKIP: say("Bỏ qua một sự kiện", "Leave an event out"),
}
"""What an operator may order for a webhook."""


def failure(code: str, system: str | None = None) -> Bilingual:
    """Why a call of a system failed; without a code, that it was not tried yet."""
    return failure_name(code, system) if code else say("chưa thử lần nào", "not tried yet")


def outcome(state: ItemState, kind: RolloutKind) -> Bilingual:
    """What a rollout did to a dossier."""
    return repair_wording.outcome(state) if kind is RolloutKind.REPAIR else OUTCOMES[state]


def outcomes_of(kind: RolloutKind) -> tuple[ItemState, ...]:
    """The outcomes that a rollout of this kind can have."""
    return tuple(repair_wording.OUTCOMES if kind is RolloutKind.REPAIR else OUTCOMES)


def relay_name(relay: str) -> Bilingual:
    """The relay; its code where a later release has more."""
    return RELAY_NAMES.get(relay, say(relay, relay))


def rollout_act(act: str) -> Bilingual:
    """What a person did with a rollout."""
    return ROLLOUT_ACTS.get(act, say(act, act))
