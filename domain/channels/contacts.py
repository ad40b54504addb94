"""The number and the mailbox under which a person is reached, from the particulars in the vault.

A number or an address that cannot be one is the same as none: the notice goes by another channel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from domain.channels.notice_channel import NoticeChannel

LONGEST_MAILBOX = 254
"""Characters of a mailbox, without its angle brackets (RFC 5321, 4.5.3.1.3)."""

_MOBILE = re.compile(r"(?:\+?84|0)([35789][0-9]{8})", re.ASCII)
"""A Vietnamese mobile number: ten digits since 15 September 2018. A fixed line gets no message."""
_BETWEEN_DIGITS = re.compile(r"[ .()\u00a0-]", re.ASCII)
_MAILBOX = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]",
    re.ASCII,
)
"""A mailbox that every mail server takes: no quoted part, no letter outside ASCII, a name of a host with a point."""


def mobile_number(given: str | None) -> str | None:
    """A mobile number of Vietnam as `84912345678`: E.164 without its plus sign. None: it is not one."""
    found = _MOBILE.fullmatch(_BETWEEN_DIGITS.sub("", given or ""))
    return None if found is None else f"84{found[1]}"


def mailbox(given: str | None) -> str | None:
    """A mailbox, its host in small letters. None: it is not one that we can send to."""
    text = (given or "").strip()
    local, _, host = text.rpartition("@")
    if len(text) > LONGEST_MAILBOX or not _MAILBOX.fullmatch(text):
        return None
    if ".." in local or local.startswith(".") or local.endswith("."):
        return None
    return f"{local}@{host.lower()}"


def contacts_of(particulars: Mapping[str, Any] | None) -> dict[NoticeChannel, str]:
    """Where each channel reaches the person. A channel that does not reach them is left out. None: they were erased."""
    kept = particulars or {}
    phone, email = mobile_number(_text(kept.get("phone"))), mailbox(_text(kept.get("email")))
    found = {NoticeChannel.ZALO: phone, NoticeChannel.SMS: phone, NoticeChannel.EMAIL: email}
    return {channel: contact for channel, contact in found.items() if contact is not None}


def contact_of(channel: NoticeChannel, given: str) -> str | None:
    """A contact that a person typed, in the one form in which it is compared. None: it cannot be one."""
    return mailbox(given) if channel is NoticeChannel.EMAIL else mobile_number(given)


def as_compared(channel: NoticeChannel, contact: str) -> str:
    """The contact as it is compared with others. Mail servers that tell capital letters of a mailbox apart are rare."""
    return contact.lower() if channel is NoticeChannel.EMAIL else contact


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
