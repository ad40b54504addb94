"""The text that an applicant is sent about an event, in the usual words."""

from __future__ import annotations

from collections.abc import Sequence

from domain.channels.applicant_policy import ApplicantNotices
from domain.dossier.events import AnyEvent
from domain.notices.applicant_notices import notice_of


def texts_told(dossier: str, event: AnyEvent, papers: Sequence[str] = ()) -> list[str]:
    """One text, or none where the applicant is told nothing."""
    notice = notice_of(dossier, event, papers)
    return [] if notice is None else [ApplicantNotices().template(notice.kind).text_of(notice.facts)]
