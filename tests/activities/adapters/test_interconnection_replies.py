"""Tests of reading the replies of the interconnection software, which are sentences and not codes."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

import pytest

from activities.adapters.http import Reply
from activities.adapters.interconnection_replies import LARGEST_TEXT, ReplyMeaning, ReplyText, read_reply

DONE, AGAIN, PERSON, RENEW = ReplyMeaning.DONE, ReplyMeaning.AGAIN, ReplyMeaning.PERSON, ReplyMeaning.RENEW

SAID = {
    "thành công": (ReplyText.SUCCESS, DONE),
    "đã tồn tại": (ReplyText.EXISTS, DONE),
    "không tồn tại": (ReplyText.MISSING, DONE),
    "chưa cập nhật trạng thái": (ReplyText.NOT_UPDATED, AGAIN),
    "soap fault": (ReplyText.SOAP_FAULT, AGAIN),
    "server error": (ReplyText.SERVER_ERROR, AGAIN),
    "logic xử lý không hợp lệ": (ReplyText.LOGIC_INVALID, PERSON),
    "đã nhận": (ReplyText.UNKNOWN, AGAIN),
    "token hết hạn": (ReplyText.TOKEN_EXPIRED, RENEW),
}
FORMS: dict[str, Callable[[str], str]] = {
    "as_written": str,
    "upper": str.upper,
    "title": str.title,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "compatible": lambda text: unicodedata.normalize("NFKD", text),
    "spaces": lambda text: f"\r\n\t  {text.replace(' ', chr(0xA0) + '  ')} .\n",
    "page": lambda text: f"<!DOCTYPE html><html><head><style>p {{ color: red }}</style></head><p> {text} </p></html>",
    "entities": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    "json_text": json.dumps,
    "json_object": lambda text: json.dumps({"message": text, "data": None}),
    "sentence": lambda text: f"Hồ sơ LT-26-1: {text}!",
    "invisible": lambda text: f"\ufeff{text[:3]}\u200b{text[3:]}",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("words", SAID)
def test_the_form_of_a_reply_does_not_matter(words: str, form: str) -> None:
    """Case, accents, Unicode form, markup, JSON and spaces around the words change nothing."""
    assert read_reply(Reply(200, FORMS[form](words).encode())) == SAID[words]
    assert read_reply(Reply(200, FORMS[form](words).encode("utf-16"))) == SAID[words]


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("Cập nhật không thành công", AGAIN),
        ("Cập nhật chưa thành công", AGAIN),
        ("Thất bại: hồ sơ đã tồn tại ở trạng thái khác", AGAIN),
        ("Trang web không tồn tại", AGAIN),
        ("Đường dẫn bạn tìm không tồn tại", AGAIN),
        ("Server error: đã tồn tại", AGAIN),
        ("Soap fault: logic xử lý không hợp lệ", PERSON),
        ("<soap:Fault><faultstring>Lỗi</faultstring></soap:Fault>", AGAIN),
        ('{"success": false, "message": "Thành công"}', AGAIN),
        ('{"error_code": "05", "message": "Thành công"}', AGAIN),
        ('{"error_code": "00", "message": "Thành công"}', DONE),
        ('{"errorCode": 0, "message": "Thành công"}', DONE),
        ('{"error_code": "05", "message": "Logic xử lý không hợp lệ"}', PERSON),
        ("Cập nhật trạng thái đã tồn tại", DONE),
        ("bất thành công", DONE),
        ("", AGAIN),
        ("null", AGAIN),
        ("thànhcông", AGAIN),
    ],
)
def test_words_that_deny_win(said: str, meaning: ReplyMeaning) -> None:
    """A success that is denied in the same reply is none, whatever stands beside it."""
    assert read_reply(Reply(200, said.encode()))[1] is meaning


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_an_error_status_never_means_done(status: int) -> None:
    """A proxy that says `không tồn tại` of a page has said nothing about the application; a person is still needed."""
    assert read_reply(Reply(status, "Trang không tồn tại".encode()))[1] is AGAIN
    assert read_reply(Reply(status, "Thành công".encode()))[1] is AGAIN
    assert read_reply(Reply(status, "Logic xử lý không hợp lệ".encode()))[1] is PERSON


@pytest.mark.parametrize(
    "body",
    [
        "thành công ".encode() * LARGEST_TEXT,
        "Điều khoản: ".encode() + "việc này ".encode() * 60 + "thành công".encode(),
        bytes(range(256)) * 10,
        b"\xff\xfe\x00",
        "thành công".encode() + b"\x00",
        b"[" * 1_000 + b'"th\xc3\xa0nh c\xc3\xb4ng"',
        b'{"message": "Th\xc3\xa0nh c\xc3\xb4ng"',
        b"<script" * 500,
    ],
    ids=["huge", "long", "binary", "half_a_letter", "nul", "deep", "half_of_json", "open_tags"],
)
def test_what_is_no_sentence_means_nothing(body: bytes) -> None:
    """A page, a file or a broken text is sent again, and reading it costs nothing worth a limit of its own."""
    assert read_reply(Reply(200, body)) == (ReplyText.UNKNOWN, AGAIN)
