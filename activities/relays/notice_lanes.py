"""Sends the notices that are written down, one lane for each channel, so that no channel waits for another.

What a try means, stated once:
- it is noted before the call that its effect is in doubt, and after the call what is known. A crash in between leaves
  it in doubt.
- in doubt (a time-out, a reply that broke off): the same channel gets the same key again, after growing pauses, until
  the policy's hours are over; then a person looks. It never goes by another channel.
- without effect because the channel cannot be reached: the lane waits; after the policy's minutes the notice goes by
  the next channel, if there is one.
- refused because the person cannot be reached there: the next channel, at once. Refused otherwise: a person looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from activities.adapters.errors import OutsideError
from activities.adapters.notice_requests import had_no_effect, is_out_of_reach, leaves_the_person
from activities.ledger.notices import NoticeRegister, WaitingNotice
from activities.ledger.opt_outs import OptOuts
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.vault import Vault
from activities.relays.notice_posting import NoticePost
from activities.relays.one_at_a_time import OneAtATime
from activities.relays.set_aside import SetAsideList
from domain.channels.applicant_policy import ApplicantNotices
from domain.channels.contacts import contacts_of
from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.channels.quiet_hours import IsDayOff
from domain.channels.templates import WhenOutOfDate
from domain.dossier.state import Dossier
from domain.notices.applicant_notices import is_out_of_date
from domain.notices.choosing import NoticeState, next_channel, pause_after

log = structlog.get_logger(__name__)

RELAY = "notices"
AT_ONCE = 200
SIDE_BY_SIDE = 8
IN_DOUBT = "in_doubt"
"""Why a person looks at a notice: it is not known whether it was taken, and it has been sent again for long enough."""
NO_ADDRESS = "no_address"
"""Why a channel is left: the province has no address of it, or its file lets it carry this kind no more."""


class NoticeLane(OneAtATime):
    """Sends what waits for one channel."""

    IDLE = 2.0

    def __init__(
        self,
        channel: NoticeChannel,
        pool: Pool,
        post: NoticePost,
        policy: ApplicantNotices,
        is_day_off: IsDayOff,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """`now`: another clock than the database's, for tests."""
        super().__init__(f"notices-{channel}", pool)
        self._channel = channel
        self._register = NoticeRegister(pool)
        self._reader = LedgerReader(pool)
        self._vault = Vault(pool)
        self._opt_outs = OptOuts(pool)
        self._aside = SetAsideList(pool)
        self._post = post
        self._policy = policy
        self._is_day_off = is_day_off
        self._clock = now
        self._down_since: datetime | None = None
        self._out: OutsideError | None = None

    async def step(self) -> int:
        """Sends what is due; returns of how many notices it is known now what becomes of them.

        Raises the OutsideError of a channel that cannot be reached; then the rest of what is due is not tried.
        """
        self._out = None
        await self._register.again()
        now = await self._now()
        due = await self._register.due(self._channel, now, self._quiet(now), AT_ONCE)
        by_dossier: dict[str, list[WaitingNotice]] = {}
        for notice in due:
            by_dossier.setdefault(notice.dossier, []).append(notice)
        places = asyncio.Semaphore(SIDE_BY_SIDE)
        results = await asyncio.gather(
            *(self._in_order(listed, places) for listed in by_dossier.values()), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result
        if self._out is not None:
            raise self._out
        return len(due)

    async def _now(self) -> datetime:
        return self._clock() if self._clock is not None else await self._register.now()

    def _quiet(self, now: datetime) -> list[NoticeKind]:
        """The kinds that are not sent now."""
        return [one for one in NoticeKind if self._policy.may_be_sent_from(one, now, self._is_day_off) > now]

    async def _in_order(self, notices: list[WaitingNotice], places: asyncio.Semaphore) -> None:
        """The notices of one dossier, one after the other."""
        for notice in notices:
            async with places:
                if self._out is None:
                    await self._one(notice)

    async def _one(self, notice: WaitingNotice) -> None:
        """Decides what becomes of a notice now: sent, given to another channel, or ended."""
        template = self._policy.template(notice.kind)
        row = await self._reader.dossier(notice.dossier)
        if row is None:
            await self._ended(notice, NoticeState.UNREACHABLE, "no_dossier")
            return
        if template.when_out_of_date is WhenOutOfDate.DROP and is_out_of_date(notice.kind, row.state):
            await self._ended(notice, NoticeState.OUT_OF_DATE, f"in_{row.state}")
            return
        particulars = await self._particulars(dossier_in(row))
        contacts = contacts_of(particulars)
        opted_out = await self._opt_outs.of_contacts(contacts)
        chosen = self._chosen(notice, set(contacts), opted_out, mandatory=template.mandatory is not None)
        if chosen is NoticeState.UNREACHABLE and template.mandatory is not None:
            await self._to_a_person(notice, chosen.value)
        elif isinstance(chosen, NoticeState):
            await self._ended(notice, chosen)
        elif chosen is not self._channel:
            await self._register.moved(notice, chosen)
        elif not self._carries(notice) and notice.doubt_since is not None:
            await self._to_a_person(notice, IN_DOUBT)
        elif not self._carries(notice):
            await self._register.without_effect(notice, NO_ADDRESS, gone=NO_ADDRESS, begun=False)
        else:
            await self._tried(notice, contacts[chosen], particulars.get("name"))

    def _carries(self, notice: WaitingNotice) -> bool:
        """True if the province has an address of the channel, and still lets it carry this kind."""
        return self._channel in self._post.channels.open() and self._channel in self._policy.channels_of(notice.kind)

    def _chosen(
        self,
        notice: WaitingNotice,
        contacts: set[NoticeChannel],
        opted_out: frozenset[NoticeChannel],
        *,
        mandatory: bool,
    ) -> NoticeChannel | NoticeState:
        """The next channel. A notice in doubt stays with its channel, and ends there if the person has opted out."""
        channels = (self._channel,) if notice.doubt_since is not None else notice.channels
        return next_channel(channels, contacts, opted_out, notice.left, mandatory=mandatory)

    async def _particulars(self, dossier: Dossier) -> dict[str, Any]:
        """The applicant's particulars; empty when they were erased."""
        kept = dossier.applicant.commitment
        return (await self._vault.reveal_all([kept])).get(kept, {})

    async def _tried(self, notice: WaitingNotice, contact: str, name: object) -> None:
        """One try."""
        now = await self._now()
        if self._policy.may_be_sent_from(notice.kind, now, self._is_day_off) > now:
            return  # the quiet hours have begun since the step did: a slow channel may take minutes for a step
        begun = await self._register.begun(notice, now)
        if begun is None:
            return
        notice = begun
        template = self._policy.template(notice.kind)
        try:
            sent = await self._post.send(notice, template, contact, name if isinstance(name, str) else None)
        except OutsideError as error:
            await self._failed(notice, error, now)
        else:
            self._down_since = None
            await self._register.done(notice, NoticeState.SENT, message_id=sent.message_id)
            if notice.tries or notice.gone or notice.doubt_since:
                log.info("notice_sent_after_all", dossier=notice.dossier, version=notice.version)
            await self._aside.sent(RELAY, notice.dossier, notice.version)

    async def _failed(self, notice: WaitingNotice, error: OutsideError, now: datetime) -> None:
        code = error.reason or str(error.code)
        facts = {"dossier": notice.dossier, "version": notice.version, "channel": self._channel.value, "code": code}
        log.warning("notice_not_sent", **facts)
        if not had_no_effect(error):
            await self._in_doubt(notice, code, now, error)
        elif is_out_of_reach(error):
            await self._out_of_reach(notice, error, code, now)
        elif error.retryable:  # a mail server that asks to come again later
            self._down_since = None
            await self._asked_to_come_again(notice, code, now, error)
        elif leaves_the_person(error) and (notice.doubt_since is None or self._channel.takes_a_key_once):
            self._down_since = None
            await self._left(notice, code)
        else:
            self._down_since = None
            await self._to_a_person(notice, code)

    async def _in_doubt(self, notice: WaitingNotice, code: str, now: datetime, error: OutsideError) -> None:
        since = notice.doubt_since or now
        if now - since >= self._policy.doubts_for:
            await self._to_a_person(notice, IN_DOUBT)
        else:
            await self._register.doubtful(notice, code, now + _pause(notice, error))

    async def _asked_to_come_again(self, notice: WaitingNotice, code: str, now: datetime, error: OutsideError) -> None:
        if now - notice.made_at >= self._policy.doubts_for:
            await self._to_a_person(notice, code)
        else:
            await self._register.later(notice, code, now + _pause(notice, error))

    async def _out_of_reach(self, notice: WaitingNotice, error: OutsideError, code: str, now: datetime) -> None:
        """The channel took nothing. A notice that another channel may carry is not kept waiting for long."""
        self._down_since = self._down_since or now
        another = set(notice.channels) - notice.left - {self._channel}
        waited = now - self._down_since >= self._policy.leaves_a_channel_after
        if another and waited and notice.doubt_since is None:
            await self._left(notice, code)
            return
        await self._register.without_effect(notice, code)
        self._out = error

    async def _left(self, notice: WaitingNotice, code: str) -> None:
        """The channel is left for this notice. The next one is chosen at the next look."""
        await self._register.without_effect(notice.model_copy(update={"doubt_since": None}), code, gone=code)

    async def _to_a_person(self, notice: WaitingNotice, code: str) -> None:
        log.error("notice_refused", dossier=notice.dossier, version=notice.version, code=code)
        if await self._register.done(notice, NoticeState.REFUSED, code):
            await self._aside.put(RELAY, notice.dossier, notice.version, code)

    async def _ended(self, notice: WaitingNotice, state: NoticeState, code: str | None = None) -> None:
        log.info("notice_ended", dossier=notice.dossier, version=notice.version, state=state.value)
        await self._register.done(notice, state, code)
        await self._aside.sent(RELAY, notice.dossier, notice.version)


def _pause(notice: WaitingNotice, error: OutsideError) -> timedelta:
    """How long the notice waits; at least as long as the channel asked us to."""
    return max(pause_after(notice.tries + 1), timedelta(seconds=error.asked_to_wait or 0.0))
