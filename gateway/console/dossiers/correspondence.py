"""What travels outside for a dossier: documents between authorities, and notices to the applicant."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Response

from domain.channels.notice_channel import NoticeChannel
from domain.errors import DomainError
from domain.field_errors import InvalidField
from domain.notices.choosing import NoticeState
from domain.values import Bilingual
from gateway.access.callers import identifier_of
from gateway.api.dossiers.reading import DossierCode
from gateway.api.problems import Problem
from gateway.client.documents.reading import documents_on_axis
from gateway.client.notices import notices_of, opt_in, opt_out
from gateway.console.bars import bar_parts
from gateway.console.dossiers.shown import shown, tabs_of
from gateway.console.visits import Visit, Visiting, opens
from gateway.dossiers.reaching import in_reach
from gateway.i18n.notice_wording import KINDS, STATES, why_of
from gateway.i18n.wording import cause_name, say
from gateway.views.names import organ_name

router = APIRouter()
LABELS = {"why": "How they asked"}
NO_REASON = Bilingual(
    vi="hãy ghi người đó yêu cầu thế nào: điều này được ghi lại", en="say how they asked: it is recorded"
)
TONES = {
    NoticeState.WAITING: "info", NoticeState.SENT: "good", NoticeState.REFUSED: "bad", NoticeState.OUT_OF_DATE: "plain",
    NoticeState.OPTED_OUT: "plain", NoticeState.UNREACHABLE: "warn",
}  # fmt: skip
"""The colour of each state of a notice."""


@router.get("/dossiers/{code}/correspondence", **opens("list_notices"))
async def correspondence(code: DossierCode, visit: Visiting) -> Response:
    """The documents with their stages, the notices, and the channels by which the applicant wants none."""
    return await _page(visit, code)


@router.post("/dossiers/{code}/notices/{channel}/opt-out", **opens("opt_out_of_notices"))
async def opted_out(code: DossierCode, channel: NoticeChannel, visit: Visiting) -> Response:
    """Records that the applicant takes no notices by a channel."""
    return await _recorded(visit, code, channel, out=True)


@router.post("/dossiers/{code}/notices/{channel}/opt-in", **opens("opt_in_to_notices"))
async def opted_in(code: DossierCode, channel: NoticeChannel, visit: Visiting) -> Response:
    """Takes an opt-out back."""
    return await _recorded(visit, code, channel, out=False)


async def _recorded(visit: Visit, code: str, channel: NoticeChannel, *, out: bool) -> Response:
    fields = await visit.form()
    row, _ = await in_reach(visit.api.engine, visit.signed, code)
    try:
        reason = fields.get("why", [""])[0].strip()
        if not reason:
            raise InvalidField("/why", NO_REASON)
        record, who = opt_out if out else opt_in, identifier_of(visit.caller.principal)
        await record(visit.api.pool, row.code, channel, who, reason)
    except DomainError as refused:
        return await _page(visit, code, visit.refusal(refused, labels=LABELS))
    told = say(
        f"Đã ghi nhận: {'không gửi' if out else 'gửi lại'} tin qua {channel.words.vi}.",
        f"Recorded: {'no more notices' if out else 'notices again'} by {channel.words.en}.",
    )
    return visit.to(f"/console/dossiers/{row.code}/correspondence", visit.text(told))


def _channel_words(channel: str) -> Bilingual:
    """A channel that was left, by its recorded code."""
    return NoticeChannel(channel).words if channel in tuple(NoticeChannel) else Bilingual(vi=channel, en=channel)


async def _page(visit: Visit, code: str, problem: Problem | None = None) -> Response:
    one = await shown(visit, code)
    pool = visit.api.pool
    return visit.page(
        "dossiers/correspondence.html",
        status=200 if problem is None else problem.status,
        one=one, part="correspondence", tabs=tabs_of(visit), bar_parts=bar_parts, problem=problem,
        documents=await documents_on_axis(pool, one.code), found=await notices_of(pool, one.code), kinds=KINDS,
        states=STATES, why_of=why_of, cause_name=cause_name, tones=TONES,
        organ=partial(organ_name, visit.api.engine.province, one.names),
        channel_words=_channel_words,
    )  # fmt: skip
