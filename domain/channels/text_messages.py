"""How long a text message is: its parts, and where a text is cut that would have more than three."""

from __future__ import annotations

from domain.values import Value

LONGEST_SMS = 201
"""Three parts of a text message with Vietnamese letters, 67 characters each."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The letters of the 7-bit alphabet (3GPP TS 23.038); a text with any other letter is sent in UCS-2."""
_GSM_TWICE = frozenset("^{}\\[~]|€")
"""Letters that take two places in it."""


class MessageLength(Value):
    """In which alphabet a text message goes, and in how many parts, which the network charges."""

    unicode: bool
    parts: int


def length_of(text: str) -> MessageLength:
    """The alphabet and the parts of a text: 160 letters alone or 153 a part, in Unicode 70 alone or 67 a part."""
    if all(letter in _GSM or letter in _GSM_TWICE for letter in text):
        places = sum(2 if letter in _GSM_TWICE else 1 for letter in text)
        return MessageLength(unicode=False, parts=1 if places <= 160 else -(-places // 153))
    places = len(text.encode("utf-16-be")) // 2
    return MessageLength(unicode=True, parts=1 if places <= 70 else -(-places // 67))


def in_three_parts(text: str) -> str:
    """The text, cut after a word where it has more than `LONGEST_SMS` characters. An e-mail has the whole text."""
    if len(text) <= LONGEST_SMS:
        return text
    room = text[: LONGEST_SMS - 1]
    words, _, _ = room.rpartition(" ")
    return f"{words or room}…"
