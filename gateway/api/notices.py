"""The notices of a dossier to its applicant, and by which channels they want none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from activities.ledger.kept_answers import Answer
from activities.ledger.notices import NoticeLine
from activities.ledger.opt_outs import HowOptedOut, OptOut
from activities.ledger.pool import Pool
from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.notices.choosing import NoticeState
from domain.values import Bilingual, Code, Instant, Name, Strict, Value
from gateway.access.callers import identifier_of
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.dossiers.reading import DossierCode
from gateway.api.parts import Parts
from gateway.api.repeats import Acting, ActingRequest, answer_kept
from gateway.client.notices import ChannelOfApplicant, notices_of, opt_in, opt_out
from gateway.dossiers.reaching import in_reach
from gateway.i18n.notice_wording import KINDS, STATES, why_of

router = APIRouter(route_class=StrictRoute, tags=["Tin cho người nộp (notices to applicants)"])

CHANNEL = "Kênh (the channel)."
Record = Callable[[Pool, str, NoticeChannel, str, str], Awaitable[OptOut]]
Channel = Annotated[NoticeChannel, Path(alias="channel", description=CHANNEL, examples=["sms"])]


class LeftChannelAnswer(Value):
    """A channel by which a notice could not go."""

    channel: NoticeChannel = Field(description=CHANNEL)
    code: str = Field(description="Vì sao (why).")
    code_words: Bilingual = Field(description="Vì sao, bằng lời (why, in words).")

    @classmethod
    def of(cls, gone: str) -> LeftChannelAnswer:
        """From `zalo:no_way_to_person.-118`."""
        channel, _, code = gone.partition(":")
        return cls(channel=NoticeChannel(channel), code=code, code_words=why_of(code))


class NoticeAnswer(Value):
    """One notice to the applicant."""

    version: int = Field(description="Sự kiện của hồ sơ mà tin nói đến (the event that it tells of).")
    kind: NoticeKind = Field(description="Báo gì (what it tells).")
    kind_words: Bilingual = Field(description="Báo gì, bằng lời (the same in words).")
    channel: NoticeChannel = Field(description=CHANNEL)
    channel_words: Bilingual = Field(description="Kênh, bằng lời (the channel in words).")
    state: NoticeState = Field(description="Tình trạng (how it stands).")
    state_words: Bilingual = Field(description="Tình trạng, bằng lời (the same in words).")
    code: str | None = Field(
        description="Vì sao không gửi, hoặc lần thử gần nhất lỗi gì (why not, or the last failure)."
    )
    code_words: Bilingual | None = Field(description="Lý do ấy, bằng lời (the same in words).")
    tries: int = Field(description="Số lần gửi mà kênh có thể đã nhận (tries that the channel may have taken).")
    left: tuple[LeftChannelAnswer, ...] = Field(description="Kênh đã thử mà không được (channels that were left).")
    made_at: Instant = Field(description="Lúc ghi, trước khi gửi (when it was written down, before it was sent).")
    next_try: Instant | None = Field(description="Lần thử kế tiếp; null: đã xong (the next try; null: it is over).")
    done_at: Instant | None = Field(description="Lúc xong; null: còn chờ (when it was over; null: it waits).")

    @classmethod
    def of(cls, one: NoticeLine) -> NoticeAnswer:
        """The notice with its words."""
        why = one.code if one.state is not NoticeState.SENT else None
        return cls(
            **one.model_dump(exclude={"key", "gone", "doubt_since", "code", "next_try"}), kind_words=KINDS[one.kind],
            channel_words=one.channel.words, state_words=STATES[one.state], code=why,
            code_words=why_of(why) if why else None, left=tuple(map(LeftChannelAnswer.of, one.gone)),
            next_try=one.next_try if one.state is NoticeState.WAITING else None,
        )  # fmt: skip


class OptOutAnswer(Value):
    """An opt-out. It does not say under which number or mailbox."""

    channel: NoticeChannel = Field(description=CHANNEL)
    how: HowOptedOut = Field(description="Người đó báo bằng cách nào (how they said so).")
    who: Code = Field(description="Mã người ghi (who entered it: an identifier, never a name).")
    why: str = Field(description="Lý do (why).")
    at: Instant = Field(description="Lúc ghi (when).")

    @classmethod
    def of(cls, one: OptOut) -> OptOutAnswer:
        """The opt-out."""
        return cls(**one.model_dump())


class ApplicantChannelAnswer(Value):
    """One channel and the applicant of the dossier."""

    channel: NoticeChannel = Field(description=CHANNEL)
    channel_words: Bilingual = Field(description="Kênh, bằng lời (the channel in words).")
    reaches: bool = Field(description="true: có số hay hộp thư dùng được (a number or a mailbox is kept for it).")
    opt_out: OptOutAnswer | None = Field(
        description="Đã từ chối nhận; null: không (the opt-out that holds; null: none)."
    )

    @classmethod
    def of(cls, one: ChannelOfApplicant) -> ApplicantChannelAnswer:
        """The channel with its words."""
        out = None if one.opt_out is None else OptOutAnswer.of(one.opt_out)
        return cls(channel=one.channel, channel_words=one.channel.words, reaches=one.reaches, opt_out=out)


class NoticesAnswer(Value):
    """The notices of a dossier, the oldest first, and every channel."""

    items: tuple[NoticeAnswer, ...] = Field(description="Các tin (the notices).")
    channels: tuple[ApplicantChannelAnswer, ...] = Field(description="Các kênh (the channels).")


class OptOutBody(Strict):
    """How the person asked for it."""

    reason: Name = Field(
        description="Người dân yêu cầu thế nào; lưu vĩnh viễn, không ghi dữ liệu cá nhân (how they asked; kept for "
        "good, without personal data)."
    )


@router.get(
    "/dossiers/{code}/notices",
    response_model=NoticesAnswer,
    **operation("list_notices", "Tin đã báo người nộp", "what the applicant was told, by which channel"),
)
async def list_notices(code: DossierCode, parts: Parts, signed: Signed) -> object:
    """Answers with the notices and the channels."""
    row, _ = await in_reach(parts.engine, signed, code)
    found = await notices_of(parts.pool, row.code)
    return NoticesAnswer(
        items=tuple(map(NoticeAnswer.of, found.notices)),
        channels=tuple(map(ApplicantChannelAnswer.of, found.channels)),
    )


@router.post(
    "/dossiers/{code}/notices/{channel}:opt-out",
    response_model=OptOutAnswer,
    **operation(
        "opt_out_of_notices", "Ghi nhận người nộp không nhận tin", "record that they take no notices", acts=True,
        body=True,
    ),
)  # fmt: skip
async def opt_out_of_notices(
    code: DossierCode,
    channel: Channel,
    body: strict(OptOutBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers with the opt-out that holds."""
    return await _recorded(code, channel, body, acting, opt_out)


@router.post(
    "/dossiers/{code}/notices/{channel}:opt-in",
    response_model=OptOutAnswer,
    **operation(
        "opt_in_to_notices", "Ghi nhận người nộp lại nhận tin", "take an opt-out back", acts=True, body=True
    ),
)  # fmt: skip
async def opt_in_to_notices(
    code: DossierCode,
    channel: Channel,
    body: strict(OptOutBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers with the opt-out that was taken back."""
    return await _recorded(code, channel, body, acting, opt_in)


async def _recorded(
    code: str, channel: NoticeChannel, body: OptOutBody, acting: ActingRequest, record: Record
) -> Response:
    parts, signed = acting.parts, acting.signed

    async def act(_key: str) -> Answer:
        row, _ = await in_reach(parts.engine, signed, code)
        who = identifier_of(signed.caller.principal)
        return answer_kept(200, OptOutAnswer.of(await record(parts.pool, row.code, channel, who, body.reason)))

    return await acting.once(act)
