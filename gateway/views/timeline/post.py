"""Sentences for postal items: asked for, ordered, looked up, moved on, cancelled. They never show the address."""

from __future__ import annotations

from typing import assert_never

from domain.dossier import events as happened
from domain.dossier.commands import PostPurpose
from domain.dossier.events import PostEvent
from domain.dossier.post_stages import PostStage
from domain.values import Bilingual
from gateway.i18n.wording import at, say


def post_sentence(event: PostEvent) -> Bilingual:
    """The sentence for an event about a postal item."""
    match event:
        case happened.PostRequested(purpose=purpose):
            what = purpose.words
            return say(f"Đề nghị bưu chính {what.vi}.", f"The post is asked for {what.en}.")
        case happened.PostRequestCancelled(purpose=purpose, sent=sent):
            what, told = purpose.words, _TOLD if sent else _NOT_TOLD
            return say(
                f"Không nhờ bưu chính {what.vi} theo đơn trước nữa{told.vi}.", f"No {what.en} any more{told.en}."
            )
        case happened.PostOrdered(purpose=purpose, item=item):
            what = purpose.words
            return say(
                f"Bưu chính đã nhận đơn {what.vi}, bưu gửi {item}.", f"The post took the order: {what.en}, item {item}."
            )
        case happened.PostCancellationAnswered(cancelled=cancelled, item=item):
            if cancelled:
                return say("Bưu chính đã hủy đơn.", "The post cancelled the order.")
            return say(
                f"Bưu chính đã lấy bưu gửi {item or ''} trước khi hủy: bưu gửi đi tiếp, đơn thay thế không gửi nữa.",
                f"The post had item {item or ''} before it was cancelled: it goes on, and no other one is ordered.",
            )
        case happened.PostCheckAsked(item=item, because=because):
            why = _WHY[because]
            return say(f"Tra cứu bưu gửi {item}: {why.vi}.", f"Postal item {item} is looked up: {why.en}.")
        case happened.PostChecked(item=item, stage=stage):
            now = stage.words
            return say(f"Bưu gửi {item}: vẫn {now.vi}.", f"Postal item {item}: still {now.en}.")
        case happened.PostStageReached():
            return _reached(event)
        case _:
            assert_never(event)


_TOLD = say("; báo bưu chính hủy", "; the post is told")
_NOT_TOLD = say("", "")
_WHY = {
    "callback": say("bưu chính báo có thay đổi", "the post reported a change"),
    "poll": say("đến lúc hỏi lại", "it is time to ask"),
    "officer": say("cán bộ yêu cầu", "an officer asked"),
    "cancellation": say("bưu chính chưa hủy được", "the post could not cancel it"),
}
_DESK_ACTS = say(
    ": bộ phận một cửa hỏi lại địa chỉ rồi gửi lại, hoặc hủy để trả tại quầy",
    ": the desk finds out the address and sends it again, or cancels it and returns the result at the counter",
)


def _reached(event: happened.PostStageReached) -> Bilingual:
    now, stated = event.stage.words, at(event.stated_at)
    proof = f", {event.evidence}" if event.evidence else ""
    failed = event.purpose is PostPurpose.DELIVERY and event.stage in (
        PostStage.UNDELIVERABLE,
        PostStage.LOST,
        PostStage.DAMAGED,
        PostStage.CANCELLED,
    )
    act = _DESK_ACTS if failed else _NOT_TOLD
    return say(
        f"Bưu gửi {event.item}: {now.vi} (bưu chính ghi lúc {stated}{proof}){act.vi}.",
        f"Postal item {event.item}: {now.en} (by the post's clock at {stated}{proof}){act.en}.",
    )
