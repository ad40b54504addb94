"""Wires what a worker does for notices: the relay that writes them down, the lanes that send them, the digests."""

from __future__ import annotations

import asyncio
from datetime import date

from activities.adapters.notice_channels import NoticeChannels
from activities.ledger.feed import FeedReader
from activities.ledger.notices import NoticeRegister
from activities.ledger.opt_outs import OptOuts
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.staff_notices import StaffNotices
from activities.relays.digests import DigestSender
from activities.relays.notice_lanes import NoticeLane
from activities.relays.notice_posting import NoticePost
from activities.relays.notices import NoticesRelay
from activities.relays.one_at_a_time import OneAtATime
from activities.relays.relay import Relay
from domain.channels.applicant_policy import ApplicantNotices
from domain.channels.days_off import days_off
from domain.channels.notice_channel import NoticeChannel
from domain.rules.notice_policy import NoticePolicy
from domain.rules.province import Province
from workers.settings import Settings
from workflows import rules_in_force


def of_notices(
    pool: Pool, channels: NoticeChannels, settings: Settings, province: Province | None, stopping: asyncio.Event
) -> list[asyncio.Task[None]]:
    """Everything of notices. `province` None: its files are wrong, so the usual policies hold and no day is off."""
    policy = ApplicantNotices() if province is None else province.applicant_notices
    of_staff = NoticePolicy() if province is None else province.notices
    off = _worked if province is None else days_off(province.calendars, province.defaults.calendar)
    staff, reader = StaffNotices(pool), LedgerReader(pool)
    relay = NoticesRelay(NoticeRegister(pool), staff, reader, rules_in_force.rulebook, policy)
    post = NoticePost(channels, OptOuts(pool), settings.public_url)
    runs: list[OneAtATime] = [
        Relay(FeedReader.NOTICES, pool, relay.hand),
        *(NoticeLane(channel, pool, post, policy, off) for channel in NoticeChannel),
        DigestSender(pool, channels, of_staff, policy.staff_mailbox),
    ]
    return [asyncio.create_task(one.run(stopping)) for one in runs]


def _worked(_: date) -> bool:
    return False
