"""The receipt: giấy tiếp nhận hồ sơ và hẹn trả kết quả, form 01 of Circular 03/2025/TT-VPCP.

The date on it is the one that was promised at intake; a later date is printed beside it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import segno

from domain.dossier.commands import SubmittedDocument
from domain.dossier.context import Rules
from domain.dossier.state import Dossier
from domain.text.sentences import dong
from gateway.views.names import Names
from gateway.views.parts_of_whole import Part, path_reasons, planned_parts
from gateway.views.prints.handed import head, in_words

NO_CLOCK = "thủ tục không công bố thời hạn"


def receipt_data(
    dossier: Dossier,
    rules: Rules,
    names: Names,
    *,
    printed: datetime,
    applicant: Mapping[str, str | None] | None,
    secret: str | None,
    track_at: str | None,
) -> dict[str, Any]:
    """The data of `receipt.typ`. `applicant`: the particulars, None where they may not be printed.

    `secret`: for following the dossier, None where it may not be printed. `track_at`: the address that the QR code
    opens; None: no code.
    """
    deadlines, timing = dossier.deadlines, dossier.deadlines.timing
    promised = deadlines.printed_promise or deadlines.promised_due or deadlines.statutory_due
    now = deadlines.promised_due or deadlines.statutory_due
    limit = (timing.statutory or timing.own) if timing else None
    parts = planned_parts(dossier, rules, names, printed.date())
    return {
        **head(dossier.code, dossier.routing.received_by, names, printed),
        "procedure": {"code": rules.procedure.code, "name": rules.procedure.name},
        "channel": dossier.intake.channel.words.vi,
        "applicant": None if applicant is None else {"submitter": "", **_written(applicant)},
        "qr": None if track_at is None else qr_code(track_at),
        "secret": secret,
        "papers": [_paper(one, names) for one in dossier.intake.documents],
        "limit": limit.words.vi if limit else NO_CLOCK if timing else None,
        "received_at": in_words(timing.received_at if timing else None),
        "promised_at": in_words(promised),
        "promised_now": None if now == promised else in_words(now),
        "received_by": names.unit(dossier.routing.received_by),
        "fee": dong(dossier.fees.fee).vi if dossier.fees.fee else None,
        "parts": [_part(one) for one in parts],
        "path": path_reasons(dossier, rules)[0].vi if parts else None,
    }


def qr_code(address: str) -> str:
    """The QR code of an address, as SVG on one line. The same address gives the same code."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, nl=False, border=2)
    return drawn.getvalue().decode()


def _written(applicant: Mapping[str, str | None]) -> dict[str, str]:
    fields = ("name", "identity_number", "address", "phone", "email")
    return {field: applicant.get(field) or "" for field in fields}


def _part(one: Part) -> dict[str, Any]:
    """A row of an interconnected dossier. Its own fee is part of the one fee; none is printed where there is none."""
    return {
        "name": one.name,
        "authority": one.authority or "",
        "limit": one.limit.vi,
        "fee": dong(one.fee).vi if one.fee else "không",
    }


def _paper(document: SubmittedDocument, names: Names) -> dict[str, Any]:
    return {
        "name": names.papers((document.code,)),
        "form": "bản chính" if document.original else "bản sao",
        "digitised": document.digitised,
    }
