"""Answers that are not what they say: cut, dripping, endless, of 50 MB, compressed, in another charset, too deep."""

from __future__ import annotations

import asyncio
import unicodedata
import zlib
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from tools.simulator.answers import Answer
from tools.simulator.connections import Ending, ended

_PART = 65_536
_DEPTH = 100_000
_TAGS = 200_000
ENTITY_PATH = "/entity"
"""The simulator's own address that an external entity names. Whoever reads the entity is counted there."""


class BrokenOff(Exception):
    """Raised to drop a connection in the middle of an answer, on purpose."""


def cut(answer: Answer) -> Response:
    """Half of the body under the Content-Length of the whole, so that the server closes the connection."""

    async def half() -> AsyncIterator[bytes]:
        yield answer.body[: len(answer.body) // 2]
        raise BrokenOff

    return _streamed(answer, half(), len(answer.body))


async def cut_in_head(answer: Answer, request: Request) -> Response:
    """The connection ends (FIN) in the middle of the headers."""
    return await ended(request, _head(answer)[:-20], Ending.CLOSED)


async def reset_in_body(answer: Answer, request: Request) -> Response:
    """The connection is reset (RST) in the middle of the body."""
    return await ended(request, _head(answer) + answer.body[: len(answer.body) // 2], Ending.RESET)


def truncated(answer: Answer) -> Answer:
    """Half of the body as if it were the whole."""
    return Answer(answer.body[: len(answer.body) // 2], answer.status, answer.content_type)


def dripping(answer: Answer, pause: float) -> Response:
    """The whole body, one byte at a time."""

    async def bytewise() -> AsyncIterator[bytes]:
        for place in range(len(answer.body)):
            yield answer.body[place : place + 1]
            await asyncio.sleep(pause)

    return _streamed(answer, bytewise(), len(answer.body))


def endless(answer: Answer) -> Response:
    """The body, and then spaces (in chunks) until the caller hangs up."""
    return _streamed(answer, _padded(answer.body, None), None)


def huge(answer: Answer, size: int) -> Response:
    """The body, and then spaces up to this size: as JSON, XML or text it is still right."""
    return _streamed(answer, _padded(answer.body, size), max(size, len(answer.body)))


def compressed(answer: Answer, size: int) -> Response:
    """The body and spaces of this size as gzip, a thousandth of it. The caller has asked for no compression."""
    packed = b"".join(_packed(answer.body, size))
    headers = {"Content-Encoding": "gzip"}
    return Response(packed, answer.status, headers=headers, media_type=answer.content_type)


def in_utf_16(answer: Answer) -> Answer:
    """The body in UTF-16 without its mark, under the content type of UTF-8."""
    return Answer(answer.body.decode().encode("utf-16-le"), answer.status, answer.content_type)


def as_page(answer: Answer) -> Answer:
    """The same words in another Unicode form, inside a page of HTML."""
    words = unicodedata.normalize("NFD", answer.body.decode())
    return Answer(f"<html><body>\n  <p>{words}</p>\n</body></html>".encode(), answer.status, "text/html; charset=utf-8")


def deep(*, xml: bool) -> Answer:
    """Far more levels than any reader should follow."""
    if xml:
        return Answer(b"<a>" * _DEPTH + b"</a>" * _DEPTH, content_type="text/xml; charset=utf-8")
    return Answer(b'{"error_code":' + b"[" * _DEPTH + b"]" * _DEPTH + b"}")


def xml_bomb() -> Answer:
    """Ten entities, each ten times the one before: a few hundred bytes that grow to ten gigabytes."""
    names = "abcdefghij"
    entities = [f'<!ENTITY {names[0]} "{"x" * 10}">']
    entities += [f'<!ENTITY {one} "{f"&{before};" * 10}">' for before, one in pairwise(names)]
    return _document("".join(entities), f"&{names[-1]};")


def external_entity(url: str) -> Answer:
    """Entities that name a file of the reader's machine and an address of the simulator."""
    entities = f'<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY address SYSTEM "{url}{ENTITY_PATH}">'
    return _document(entities, "&file;&address;")


def many_tags(answer: Answer) -> Answer:
    """The answer with 200,000 empty elements more."""
    start = answer.body.rindex(b"</")
    return Answer(
        answer.body[:start] + b"<a/>" * _TAGS + answer.body[start:], answer.status, content_type=answer.content_type
    )


def _document(entities: str, text: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE a [{entities}]><a>{text}</a>'
    return Answer(body.encode(), content_type="text/xml; charset=utf-8")


def _head(answer: Answer) -> bytes:
    head = f"HTTP/1.1 {answer.status} OK\r\nContent-Type: {answer.content_type}\r\nContent-Length: {len(answer.body)}"
    return f"{head}\r\n\r\n".encode()


def _streamed(answer: Answer, parts: AsyncIterator[bytes], length: int | None) -> Response:
    headers = {} if length is None else {"Content-Length": str(length)}
    return StreamingResponse(parts, answer.status, headers=headers, media_type=answer.content_type)


async def _padded(body: bytes, size: int | None) -> AsyncIterator[bytes]:
    yield body
    left = None if size is None else size - len(body)
    while left is None or left > 0:
        part = _PART if left is None else min(_PART, left)
        yield b" " * part
        left = None if left is None else left - part
        await asyncio.sleep(0)  # a caller that has gone would not slow this down


def _packed(body: bytes, size: int) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=31)
    yield packer.compress(body)
    for _ in range(max(0, size - len(body)) // _PART):
        yield packer.compress(b" " * _PART)
    yield packer.flush()
