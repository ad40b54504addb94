"""Writes down what applicants and members of staff are to be told of each event. Sending is work of its own.

So no channel that is down holds the ledger's events, or another channel: `notice_lanes` sends what is written here to
applicants, `digests` collects the lines of members of staff.
"""

from __future__ import annotations

from collections.abc import Callable

from activities.ledger.feed import Cursor
from activities.ledger.notices import NoticeRegister
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.staff_notices import StaffNotices
from domain.channels.applicant_policy import ApplicantNotices, Reach
from domain.dossier.events import AnyEvent, SupplementRequested
from domain.notices.applicant_notices import NoticeFacts, notice_of
from domain.notices.lines import staff_notices
from domain.record.sealing import RecordedEvent
from domain.rules.rulebook import Rulebook


class NoticesRelay:
    """Takes the events of the relay `notices`."""

    def __init__(
        self,
        register: NoticeRegister,
        staff: StaffNotices,
        reader: LedgerReader,
        rules: Callable[[], Rulebook],
        policy: ApplicantNotices,
    ) -> None:
        self._register = register
        self._staff = staff
        self._reader = reader
        self._rules = rules
        self._policy = policy

    async def hand(self, events: list[RecordedEvent]) -> None:
        """Writes one notice for each event of which the applicant is told, under the same key at a repetition."""
        part = await self._of_a_child(events)
        for one in events:
            if lines := staff_notices(one.event):
                await self._staff.add(one.dossier, one.version, lines)
            notice = notice_of(one.dossier, one.event, await self._papers(one.dossier, one.event))
            if notice is not None and not part:  # of a child, the applicant is told of the dossier that was filed
                await self._write(one, notice)

    async def _write(self, one: RecordedEvent, notice: NoticeFacts) -> None:
        """One row; or one for each channel, where the person is told by every channel."""
        place = Cursor(xid=one.xid, position=one.position)
        key, channels = f"{one.dossier}.v{one.version}.0", self._policy.channels_of(notice.kind)
        if self._policy.reach is Reach.ONE_CHANNEL and channels:
            await self._register.add(key, one.dossier, one.version, notice.kind, notice.facts, channels, place)
            return
        for channel in channels:
            await self._register.add(
                f"{key}.{channel}", one.dossier, one.version, notice.kind, notice.facts, (channel,), place
            )

    async def _of_a_child(self, events: list[RecordedEvent]) -> bool:
        """True for the dossier of a child. The register is read only where an applicant would be told."""
        dossier = events[-1].dossier
        if not any(notice_of(dossier, one.event) for one in events):
            return False
        row = await self._reader.dossier(dossier)
        return row is not None and dossier_in(row).intake.parent is not None

    async def _papers(self, dossier: str, event: AnyEvent) -> tuple[str, ...]:
        """The names of the documents that are asked for. A code without a name is left out: no applicant knows it."""
        if not isinstance(event, SupplementRequested):
            return ()
        row = await self._reader.dossier(dossier)
        pins = dossier_in(row).pins if row is not None else None
        if pins is None:
            return ()
        names = {one.code: one.name for one in self._rules().procedure(pins.procedure).documents}
        return tuple(names[code] for code in event.documents if code in names)
