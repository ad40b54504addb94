"""How a province's applicants are told of their dossiers: channels, words, quiet hours. Read from `notices.yaml`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.channels.contacts import mailbox
from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.channels.quiet_hours import IsDayOff, quiet_until
from domain.channels.templates import USUAL_TEMPLATES, NoticeTemplate
from domain.deadlines.local_time import LocalTime
from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.values import Code, Strict, no_more_than


class Reach(StrEnum):
    """By how many channels a person is told the same."""

    ONE_CHANNEL = "one_channel"
    """By the first that reaches them."""
    EVERY_CHANNEL = "every_channel"


class StaffMailbox(Strict):
    """The mailbox of a member of staff, a unit or a trusted service, where it does not follow from the code."""

    recipient: Code
    email: str


class ApplicantNotices(Strict):
    """The policy of a province. A file may leave out everything; each template that it gives replaces the usual one."""

    channels: Annotated[tuple[NoticeChannel, ...], Field(min_length=1)] = (
        NoticeChannel.ZALO,
        NoticeChannel.SMS,
        NoticeChannel.EMAIL,
    )
    """In the order in which they are tried."""
    reach: Reach = Reach.ONE_CHANNEL
    quiet_from: LocalTime | None = time(21)
    quiet_to: LocalTime | None = time(6, 30)
    """The first time after the quiet hours. What waits goes out then. Both null: there are none."""
    quiet_on_days_off: bool = False
    """True: nothing is sent on a day that the province's calendar has off. It waits for the next day worked."""
    next_channel_after_minutes: Annotated[int, Field(ge=1), no_more_than(10_080)] = 30
    """A channel that cannot be reached for so long is left for the next one."""
    in_doubt_hours: Annotated[int, Field(ge=1), no_more_than(720)] = 72
    """A notice of which it is not known whether it was taken is sent again for so long, then a person looks."""
    templates: tuple[NoticeTemplate, ...] = ()
    staff_mail_domain: str | None = None
    """Members of staff get their digests at `CODE@domain`; the province's mail server knows who has the code."""
    staff_mailboxes: tuple[StaffMailbox, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        _require_no_repetition("channels", [one.value for one in self.channels])
        _require_no_repetition("templates", [one.kind.value for one in self.templates])
        _require_no_repetition("staff_mailboxes", [one.recipient for one in self.staff_mailboxes])
        if (self.quiet_from is None) is not (self.quiet_to is None):
            raise Inconsistent(ConfigurationFault.QUIET_HOURS_HALF)
        if self.quiet_from is not None and self.quiet_from == self.quiet_to:
            raise Inconsistent(ConfigurationFault.QUIET_HOURS_ALWAYS, time=f"{self.quiet_from:%H:%M}")
        addresses = [one.email for one in self.staff_mailboxes]
        if self.staff_mail_domain is not None:
            addresses.append(f"cb@{self.staff_mail_domain}")
        for address in addresses:
            if mailbox(address) is None:
                raise Inconsistent(ConfigurationFault.NOTICE_MAILBOX_WRONG, email=address)
        return self

    def template(self, kind: NoticeKind) -> NoticeTemplate:
        """The words of a kind: the province's own, or the usual ones."""
        return self._by_kind[kind]

    def channels_of(self, kind: NoticeKind) -> tuple[NoticeChannel, ...]:
        """The channels that carry a kind, in order. Zalo carries only what it has approved."""
        by_zalo = self.template(kind).zalo_template is not None
        return tuple(one for one in self.channels if one is not NoticeChannel.ZALO or by_zalo)

    def may_be_sent_from(self, kind: NoticeKind, at: datetime, is_day_off: IsDayOff) -> datetime:
        """The first instant from `at` on at which a notice of this kind may be sent."""
        if self.template(kind).urgent:
            return at
        return quiet_until(self.quiet_from, self.quiet_to, at, is_day_off if self.quiet_on_days_off else _worked)

    @property
    def leaves_a_channel_after(self) -> timedelta:
        """How long a channel may be out of reach before a notice goes by the next one."""
        return timedelta(minutes=self.next_channel_after_minutes)

    @property
    def doubts_for(self) -> timedelta:
        """How long a notice in doubt is sent again by itself."""
        return timedelta(hours=self.in_doubt_hours)

    def staff_mailbox(self, recipient: str) -> str | None:
        """Where a member of staff, a unit or a service gets e-mail. None: the file does not say."""
        if recipient in self._of_staff:
            return self._of_staff[recipient]
        return None if self.staff_mail_domain is None else mailbox(f"{recipient}@{self.staff_mail_domain}")

    @cached_property
    def _by_kind(self) -> Mapping[NoticeKind, NoticeTemplate]:
        return {**USUAL_TEMPLATES, **{one.kind: one for one in self.templates}}

    @cached_property
    def _of_staff(self) -> Mapping[str, str]:
        return {one.recipient: one.email for one in self.staff_mailboxes}


def _worked(_: object) -> bool:
    return False


def _require_no_repetition(field: str, values: list[str]) -> None:
    for value, times in Counter(values).items():
        if times > 1:
            raise Inconsistent(ConfigurationFault.NOTICE_ENTRY_TWICE, field=field, value=value)
