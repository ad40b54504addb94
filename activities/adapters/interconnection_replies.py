"""Reads the replies of the national interconnection software, which are plain Vietnamese text and not codes.

Whatever is not in the table is sent again: a repetition is harmless there, a status that was never recorded is not.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from enum import StrEnum

from activities.adapters.http import Reply
from activities.adapters.response_parsing import is_success
from domain.inconsistency import Inconsistent
from domain.text.folding import fold
from domain.text.json_reader import read_json


class ReplyMeaning(StrEnum):
    """What a reply means for the one who sent the status."""

    DONE = "done"
    AGAIN = "again"
    PERSON = "person"
    RENEW = "renew"
    """The token has expired: the same status is sent again with a new one."""


class ReplyText(StrEnum):
    """The replies that are known, by the code that is shown to operators."""

    LOGIC_INVALID = "logic_invalid"
    NOT_UPDATED = "not_updated"
    SOAP_FAULT = "soap_fault"
    SERVER_ERROR = "server_error"
    NO_SUCCESS = "no_success"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105  the reply, not a token
    ANOTHER_PAGE = "another_page"
    SUCCESS = "success"
    EXISTS = "exists"
    MISSING = "missing"
    UNKNOWN = "unknown_reply"


PHRASES: tuple[tuple[str, ReplyText, ReplyMeaning], ...] = (
    ("logic xu ly khong hop le", ReplyText.LOGIC_INVALID, ReplyMeaning.PERSON),
    ("token het han", ReplyText.TOKEN_EXPIRED, ReplyMeaning.RENEW),
    ("token da het han", ReplyText.TOKEN_EXPIRED, ReplyMeaning.RENEW),
    ("token khong hop le", ReplyText.TOKEN_EXPIRED, ReplyMeaning.RENEW),
    ("chua cap nhat trang thai", ReplyText.NOT_UPDATED, ReplyMeaning.AGAIN),
    ("soap fault", ReplyText.SOAP_FAULT, ReplyMeaning.AGAIN),
    ("server error", ReplyText.SERVER_ERROR, ReplyMeaning.AGAIN),
    ("khong thanh cong", ReplyText.NO_SUCCESS, ReplyMeaning.AGAIN),
    ("chua thanh cong", ReplyText.NO_SUCCESS, ReplyMeaning.AGAIN),
    ("that bai", ReplyText.NO_SUCCESS, ReplyMeaning.AGAIN),
    ("no success", ReplyText.NO_SUCCESS, ReplyMeaning.AGAIN),
    ("trang web", ReplyText.ANOTHER_PAGE, ReplyMeaning.AGAIN),
    ("trang ban", ReplyText.ANOTHER_PAGE, ReplyMeaning.AGAIN),
    ("duong dan", ReplyText.ANOTHER_PAGE, ReplyMeaning.AGAIN),
    ("not found", ReplyText.ANOTHER_PAGE, ReplyMeaning.AGAIN),
    ("thanh cong", ReplyText.SUCCESS, ReplyMeaning.DONE),
    ("da ton tai", ReplyText.EXISTS, ReplyMeaning.DONE),
    ("khong ton tai", ReplyText.MISSING, ReplyMeaning.DONE),
)
"""The words of a reply, folded, and what they mean. The first that is found counts.

A word that denies stands before the word that it denies: `không thành công` is not `thành công`. Words of a page that
is not the software's own (`Trang web không tồn tại`) stand before those that mean done.
"""

LARGEST_TEXT = 4_000
"""Bytes. A reply is one sentence; whatever is larger is a page or a file and is not read."""
LONGEST_SENTENCE = 300
"""Characters. A longer text may contain any of the words by chance, so it never means done."""

_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^<>]*>", re.DOTALL | re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NO_WORD = re.compile(r"[\W_]+")
_BYTE_ORDER = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_reply(reply: Reply) -> tuple[ReplyText, ReplyMeaning]:
    """Which known reply this is, and what it means. A status from 400 never means done: a proxy may have answered."""
    text = words_of(reply.body)
    for phrase, known, meaning in PHRASES:
        if f" {phrase} " in f" {text} ":
            if meaning is ReplyMeaning.DONE and (reply.status >= 400 or len(text) > LONGEST_SENTENCE):
                break
            return known, meaning
    return ReplyText.UNKNOWN, ReplyMeaning.AGAIN


def words_of(body: bytes) -> str:
    """The words of a reply: no accents, lower case, no markup, one space between them. Empty when it is no text."""
    text = _decoded(body)
    if text is None:
        return ""
    said = " ".join(_said(text))
    return " ".join(_NO_WORD.sub(" ", fold(said)).split())


def _decoded(body: bytes) -> str | None:
    if len(body) > LARGEST_TEXT:
        return None
    encoding = next((name for mark, name in _BYTE_ORDER if body.startswith(mark)), "utf-8-sig")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def _said(text: str) -> Iterator[str]:
    """The texts inside JSON, or the text without markup. An error code in JSON denies whatever is said beside it."""
    try:
        value = read_json(text)
    except Inconsistent:
        if not text.lstrip().startswith(("{", "[")):  # broken JSON says nothing
            yield _plain(text)
        return
    yield from _texts_in(value)


def _texts_in(value: object) -> Iterator[str]:
    match value:
        case str():
            yield _plain(value)
        case dict():
            for key, inside in value.items():
                if _denies(key, inside):
                    yield ReplyText.NO_SUCCESS.value.replace("_", " ")
                yield from _texts_in(inside)
        case list():
            for inside in value:
                yield from _texts_in(inside)
        case _:
            yield json.dumps(value)


def _denies(key: str, value: object) -> bool:
    name = _NO_WORD.sub("", fold(key))
    return (name == "success" and value is False) or (name == "errorcode" and not is_success(value))


def _plain(text: str) -> str:
    """Without markup and invisible characters. Entities are replaced twice: some gateways escape what is escaped."""
    bare = _MARKUP.sub(" ", html.unescape(html.unescape(_MARKUP.sub(" ", text))))
    return _INVISIBLE.sub("", bare)
