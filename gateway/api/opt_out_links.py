"""The link of an e-mail with which a person opts out of further e-mails. It is a page for people, no operation.

Mail programs send a POST by themselves (RFC 8058). A person who opens the link sees a button first: programs that look
at every link of an e-mail must not opt anybody out.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from activities.ledger.opt_outs import OptOuts
from activities.relays.notice_posting import OPT_OUT_PATH
from domain.channels.notice_channel import NoticeChannel
from domain.errors import InvalidInput
from domain.values import Bilingual
from gateway.api.callers import counted_by_address
from gateway.api.parts import Parts

router = APIRouter(include_in_schema=False, dependencies=[Depends(counted_by_address)])

Token = Annotated[str, Query(max_length=200)]
ASKED = Bilingual(
    vi="Không muốn nhận thư báo về hồ sơ tại địa chỉ này nữa? Thông báo mà pháp luật bắt buộc vẫn được gửi.",
    en="No more e-mails about dossiers to this mailbox? What the law demands to be told is still sent.",
)
DONE = Bilingual(
    vi="Đã ghi nhận: địa chỉ này không nhận thư báo nữa. Muốn nhận lại, hãy báo bộ phận một cửa.",
    en="Recorded: this mailbox gets no more e-mails. To have them again, tell the one-stop desk.",
)
BUTTON = Bilingual(vi="Không nhận nữa", en="Stop the e-mails")


@router.get(OPT_OUT_PATH)
async def opt_out_asked(token: Token = "") -> HTMLResponse:
    """Asks; nothing is recorded."""
    button = f'<form method="post"><button>{BUTTON.vi} ({BUTTON.en})</button></form>'
    return _page(ASKED, button)


@router.post(OPT_OUT_PATH)
async def opt_out_done(parts: Parts, token: Token = "") -> HTMLResponse:
    """Records the opt-out, once."""
    try:
        await OptOuts(parts.pool).opt_out_by_link(NoticeChannel.EMAIL, token)
    except InvalidInput as wrong:
        return _page(wrong.message, status=400)
    return _page(DONE)


def _page(said: Bilingual, form: str = "", status: int = 200) -> HTMLResponse:
    page = (
        '<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
        '<meta name="viewport" content="width=device-width"><title>Thư báo</title></head>\n'
        f'<body>\n<p>{said.vi}</p>\n<p lang="en">{said.en}</p>\n{form}\n</body></html>\n'
    )
    return HTMLResponse(page, status, headers={"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})
