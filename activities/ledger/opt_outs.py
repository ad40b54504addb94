"""Who takes no notices by which channel. A contact is known here by a keyed hash only."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from enum import StrEnum

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.channels.contacts import as_compared, contact_of
from domain.channels.notice_channel import NoticeChannel
from domain.errors import InvalidInput, NotFound
from domain.messages.record import RecordRefusal
from domain.operator_orders import require_operator, require_reason
from domain.privacy.particulars import require_impersonal_text
from domain.values import Bilingual, Code, Instant, Name, Value

OUT = """
insert into notice_opt_out (contact, channel, how, who, why) values ($1, $2, $3, $4, $5)
on conflict (contact, channel) where undone_at is null do nothing
"""
REPLIED = """
insert into notice_opt_out (contact, channel, how, who, why, reply) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
"""
BACK = """
update notice_opt_out set undone_at = clock_timestamp(), undone_by = $3, undone_why = $4
where contact = $1 and channel = $2 and undone_at is null
"""
NOW = """
select channel, how, who, why, at from notice_opt_out where contact = $1 and channel = $2 and undone_at is null
"""
OF_CONTACTS = """
select asked.channel from unnest($1::text[], $2::text[]) as asked (contact, channel)
join notice_opt_out as kept using (contact, channel) where kept.undone_at is null
"""
_SIGNED = 16
"""Bytes of a link's signature: nobody guesses 128 bits at an address that answers a hundred times a minute."""


class HowOptedOut(StrEnum):
    """How a person said that they take no notices."""

    DESK = "desk"
    LINK = "link"
    REPLY = "reply"
    """By an answer to a text message."""

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _HOW[self]


_HOW = {
    HowOptedOut.DESK: Bilingual(vi="tại quầy", en="at a desk"),
    HowOptedOut.LINK: Bilingual(vi="liên kết trong thư", en="the link of an e-mail"),
    HowOptedOut.REPLY: Bilingual(vi="trả lời tin nhắn", en="an answer to a text message"),
}


class OptOut(Value):
    """One opt-out that holds. It does not say whose it is."""

    channel: NoticeChannel
    how: HowOptedOut
    who: Code
    why: Name
    at: Instant


class OptOuts:
    """Records, takes back and looks up opt-outs. Every method raises DatabaseUnavailable, DatabaseRefuses."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._secret: bytes | None = None

    async def opt_out(self, channel: NoticeChannel, contact: str, who: str, why: str) -> OptOut:
        """Records at a desk that a person takes no notices by a channel. A second time changes nothing.

        Raises InvalidInput `contact_unreadable`, and the errors of `operator_orders`.
        """
        hashed = await self._hash_of(channel, contact)
        _require_order(who, why)
        await self._execute(OUT, hashed, channel, HowOptedOut.DESK, who, why)
        found = await self._now(hashed, channel)
        assert found is not None
        return found

    async def take_back(self, channel: NoticeChannel, contact: str, who: str, why: str) -> OptOut:
        """Takes an opt-out back, because the person wants notices again. Its record stays.

        Raises InvalidInput `contact_unreadable`, the errors of `operator_orders`, NotFound `not_opted_out`.
        """
        hashed = await self._hash_of(channel, contact)
        _require_order(who, why)
        found = await self._now(hashed, channel)
        if found is None:
            raise NotFound(RecordRefusal.NOT_OPTED_OUT, channel=channel.value)
        await self._execute(BACK, hashed, channel, who, why)
        return found

    async def look(self, channel: NoticeChannel, contact: str) -> OptOut | None:
        """The opt-out of a contact that holds, if any. Raises InvalidInput `contact_unreadable`."""
        return await self._now(await self._hash_of(channel, contact), channel)

    async def of_contacts(self, contacts: Mapping[NoticeChannel, str]) -> frozenset[NoticeChannel]:
        """The channels that the person with these contacts has opted out of."""
        if not contacts:
            return frozenset()
        hashes = [await self._hashed(channel, contact) for channel, contact in contacts.items()]
        with sql_span("opt_outs.of_contacts"), unavailable_as_answer():
            rows = await self._pool.fetch(OF_CONTACTS, hashes, list(contacts))
        return frozenset(NoticeChannel(row["channel"]) for row in rows)

    async def link_token(self, channel: NoticeChannel, contact: str) -> str:
        """What a link in a notice carries: the hash of the contact and our signature, and nothing of the person."""
        hashed = await self._hashed(channel, contact)
        signature = await self._signature(channel, hashed)
        return urlsafe_b64encode(bytes.fromhex(hashed) + signature).decode().rstrip("=")

    async def opt_out_by_link(self, channel: NoticeChannel, token: str) -> None:
        """Records an opt-out by the link of a notice. Raises InvalidInput `opt_out_link_wrong`."""
        try:
            given = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            raise InvalidInput(RecordRefusal.OPT_OUT_LINK_WRONG) from None
        hashed, signature = given[:-_SIGNED].hex(), given[-_SIGNED:]
        if len(hashed) != 64 or not hmac.compare_digest(await self._signature(channel, hashed), signature):
            raise InvalidInput(RecordRefusal.OPT_OUT_LINK_WRONG)
        await self._execute(OUT, hashed, channel, HowOptedOut.LINK, "applicant", "Liên kết trong thư")

    async def opt_out_by_reply(self, phone: str, reply: str) -> None:
        """Records that a person has answered a text message with STOP. `reply` names the answer, which acts once.

        Raises InvalidInput `contact_unreadable`.
        """
        hashed = await self._hash_of(NoticeChannel.SMS, phone)
        why = "Trả lời tin nhắn"
        await self._execute(REPLIED, hashed, NoticeChannel.SMS, HowOptedOut.REPLY, "applicant", why, reply)

    async def _now(self, hashed: str, channel: NoticeChannel) -> OptOut | None:
        with sql_span("opt_outs.look"), unavailable_as_answer():
            row = await self._pool.fetchrow(NOW, hashed, channel)
        return None if row is None else OptOut.model_validate(dict(row))

    async def _execute(self, sql: str, *arguments: object) -> None:
        with sql_span("opt_outs.write"), unavailable_as_answer():
            await self._pool.execute(sql, *arguments)

    async def _hash_of(self, channel: NoticeChannel, given: str) -> str:
        contact = contact_of(channel, given)
        if contact is None:
            raise InvalidInput(RecordRefusal.CONTACT_UNREADABLE, channel=channel.value)
        return await self._hashed(channel, contact)

    async def _hashed(self, channel: NoticeChannel, contact: str) -> str:
        """Zalo and text messages go to the same number, but each is opted out of by itself."""
        return (await self._mac(f"contact {channel} {as_compared(channel, contact)}")).hex()

    async def _signature(self, channel: NoticeChannel, hashed: str) -> bytes:
        return (await self._mac(f"link {channel} {hashed}"))[:_SIGNED]

    async def _mac(self, text: str) -> bytes:
        if self._secret is None:
            with sql_span("opt_outs.key"), unavailable_as_answer():
                self._secret = str(await self._pool.fetchval("select secret from vault.contact_key")).encode()
        return hmac.new(self._secret, text.encode(), hashlib.sha256).digest()


def _require_order(who: str, why: str) -> None:
    require_operator(who)
    require_reason(why)
    require_impersonal_text("why", why)
