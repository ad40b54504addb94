"""How a person is reached outside the system: a message in Zalo, a text message, an e-mail."""

from __future__ import annotations

from enum import StrEnum

from domain.outside_systems import System
from domain.values import Bilingual


class NoticeChannel(StrEnum):
    """How a person is reached. Each way is an outside system of its own."""

    ZALO = "zalo"
    SMS = "sms"
    EMAIL = "email"

    @property
    def words(self) -> Bilingual:
        """Its name for people."""
        return _WORDS[self]

    @property
    def system(self) -> System:
        """The outside system that carries it."""
        return System(self.value)

    @property
    def takes_a_key_once(self) -> bool:
        """True if the system does the same key once. SMTP has no keys (RFC 5321, 4.5.3.2.6; RFC 1047)."""
        return self is not NoticeChannel.EMAIL


_WORDS: dict[NoticeChannel, Bilingual] = {
    NoticeChannel.ZALO: Bilingual(vi="Zalo", en="Zalo"),
    NoticeChannel.SMS: Bilingual(vi="tin nhắn SMS", en="text message"),
    NoticeChannel.EMAIL: Bilingual(vi="thư điện tử", en="e-mail"),
}
