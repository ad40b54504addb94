"""What each reply of a mail server means, by the command that it answers: whether it concerns this e-mail, the person's
mailbox, or every message; and whether the e-mail was taken."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from activities.adapters.address import EmailTerms, SystemAddress
from activities.adapters.messages import OutsideCode
from activities.adapters.notice_requests import had_no_effect, is_out_of_reach, leaves_the_person
from activities.adapters.systems import Outside, open_outside, same_host
from domain.outside_systems import System
from tests.activities.adapters.test_connection import failure
from tests.activities.adapters.test_notice_channels import an_email

USUAL = {
    "CONNECT": b"220 thu.example\r\n",
    "EHLO": b"250 thu.example\r\n",
    "MAIL": b"250 2.1.0 OK\r\n",
    "RCPT": b"250 2.1.5 OK\r\n",
    "DATA": b"354 go on\r\n",
    ".": b"250 2.0.0 taken\r\n",
    "QUIT": b"221 bye\r\n",
}
CLOSES = b"421 4.3.2 closing\r\n"


class Replies:
    """A mail server on a socket that gives one command another reply; with `None` it closes the connection instead."""

    def __init__(self, command: str, reply: bytes | None) -> None:
        self._replies = {**USUAL, command: reply}
        self.whole = 0
        """How many e-mails came whole."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one session."""
        command = "CONNECT"
        while (reply := self._replies.get(command, b"500 5.5.1 what\r\n")) is not None:
            writer.write(reply)
            await writer.drain()
            if reply == CLOSES or command == "QUIT":
                break
            if command == "DATA" and reply.startswith(b"354"):
                await reader.readuntil(b"\r\n.\r\n")
                self.whole += 1
                command = "."
                continue
            line = await reader.readline()
            if not line:
                break
            command = line.split()[0].decode().partition(":")[0]
        writer.close()


@asynccontextmanager
async def replying(command: str, reply: bytes | None) -> AsyncIterator[tuple[Outside, Replies]]:
    """The adapters, whose mail server gives this command this reply."""
    one = Replies(command, reply)
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    mail = SystemAddress(system=System.EMAIL, base_url=url, email=EmailTerms(starttls="never"))
    async with server, open_outside([*same_host("http://127.0.0.1:9"), mail]) as outside:
        yield outside, one


DOOR, PERSON, LATER, LEFT, DOUBT = "every message", "a person", "this one later", "another channel", "in doubt"
FULL = b"552-5.2.2 the mailbox\r\n552 5.2.2 is full\r\n"


@pytest.mark.parametrize(
    ("command", "reply", "reason", "meaning"),
    [
        *((command, CLOSES, "door_421", DOOR) for command in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", ".")),
        *((command, b"530 5.7.0 log in first\r\n", "door_530", DOOR) for command in ("MAIL", "RCPT", ".")),
        ("MAIL", b"550 5.7.1 not this sender\r\n", "door_550", DOOR),
        ("MAIL", b"452 4.3.1 no room\r\n", "door_452", DOOR),
        ("MAIL", None, "before_data", DOOR),
        ("RCPT", b"450 4.2.0 greylisted\r\n", "smtp_450", LATER),
        ("RCPT", b"452-4.2.2 over\r\n452 4.2.2 quota\r\n", "smtp_452", LATER),
        ("RCPT", b"550 no such user\r\n", "no_way_to_person.550", LEFT),
        ("RCPT", b"550-5.1.1 no such\r\n550 5.1.1 user\r\n", "no_way_to_person.550", LEFT),
        ("RCPT", b"554 5.2.1 disabled\r\n", "no_way_to_person.554", LEFT),
        ("RCPT", FULL, "no_way_to_person.552", LEFT),
        ("RCPT", b"550 5.1.8 the sender's host\r\n", "smtp_550", PERSON),
        ("RCPT", b"550 5.7.1 policy\r\n", "smtp_550", PERSON),
        ("DATA", b"451 4.3.0 not now\r\n", "smtp_451", LATER),
        (".", b"451 4.7.1 later\r\n", "smtp_451", LATER),
        (".", FULL, "no_way_to_person.552", LEFT),
        (".", b"552 5.3.4 too long\r\n", "smtp_552", PERSON),
        (".", b"554 5.7.1 spam\r\n", "smtp_554", PERSON),
        (".", None, "after_data", DOUBT),
        (".", b"299\r\n", "after_data", DOUBT),
        (".", b"\xff\xfe\r\n", "after_data", DOUBT),
    ],
)
async def test_a_reply_is_judged_by_the_command_that_it_answers(
    command: str, reply: bytes | None, reason: str, meaning: str
) -> None:
    """A server that shuts down, or wants a log-in, is out of reach, whichever e-mail it said so to: judged by e-mail,
    all that wait would be set aside for a person. A full mailbox is left for another channel."""
    async with replying(command, reply) as (outside, server):
        error = await failure(outside.notices.email.send(an_email()))
    assert error.reason == reason
    found = (had_no_effect(error), is_out_of_reach(error), leaves_the_person(error), error.retryable)
    assert found == {
        DOOR: (True, True, False, True), PERSON: (True, False, False, False), LATER: (True, False, False, True),
        LEFT: (True, False, True, False), DOUBT: (False, False, False, True),
    }[meaning]  # fmt: skip
    assert server.whole == (command == ".")


@pytest.mark.parametrize("reply", [b"250-taken\r\n250 as 4711\r\n", None])
async def test_what_comes_after_the_e_mail_was_taken_changes_nothing(reply: bytes | None) -> None:
    """A reply on several lines is one; a connection that ends without a farewell says nothing about it."""
    async with replying("QUIT" if reply is None else ".", reply) as (outside, server):
        assert (await outside.notices.email.send(an_email())).message_id
    assert server.whole == 1


@contextmanager
def dead(port: int) -> Iterator[str]:
    """An address at which nobody answers at this port: connections that nobody takes fill the queue of a listener."""
    address, filling = "127.0.0.2", []
    with socket.socket() as listener:
        listener.bind((address, port))
        listener.listen(0)
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex((address, port))
            filling.append(one)
        yield address
    for one in filling:
        one.close()


async def test_the_next_address_of_a_name_is_tried_beside_one_that_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server with several addresses, the first of which takes no connection; and the name is looked up again for
    each e-mail, so a server that has moved is found."""
    asked: list[str] = []
    async with replying("QUIT", None) as (outside, server):
        connection = outside.notices.email.connection
        port = urlsplit(connection.address.base_url).port or 0
        with dead(port) as gone:
            real, answers = socket.getaddrinfo, iter([(gone, "127.0.0.1"), ("127.0.0.1",)])

            def looked_up(host: str, *rest: Any, **named: Any) -> list[Any]:
                asked.append(host)
                return [found for one in next(answers) for found in real(one, *rest, **named)]

            monkeypatch.setattr(socket, "getaddrinfo", looked_up)
            named = connection.address.model_copy(update={"base_url": f"smtp://thu.example:{port}"})
            await connection.apply(named)
            for _ in range(2):
                await outside.notices.email.send(an_email())
    assert (server.whole, asked) == (2, ["thu.example"] * 2)


async def test_a_name_that_is_not_found_is_a_server_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was sent, whether the name does not exist or nobody can be asked; and a lookup that hangs is given up in
    the time of a connection while other names are still looked up."""
    answer = threading.Event()

    def looked_up(*_: Any, **__: Any) -> list[Any]:
        if not answer.is_set():
            answer.wait(30)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    async with replying("QUIT", None) as (outside, _):
        connection = outside.notices.email.connection
        await connection.apply(connection.address.model_copy(update={"connect_seconds": 0.2}))
        hanging = await asyncio.gather(*(failure(outside.notices.email.send(an_email())) for _ in range(8)))
        assert {(one.code, had_no_effect(one)) for one in hanging} == {(OutsideCode.TIMEOUT, True)}
        assert await asyncio.get_running_loop().run_in_executor(None, lambda: "a thread") == "a thread"
        answer.set()
        connection.breaker.close()
        error = await failure(outside.notices.email.send(an_email()))
    assert (error.code, error.reason, is_out_of_reach(error)) == (OutsideCode.UNAVAILABLE, "not_connected", True)


@pytest.mark.parametrize(
    "to",
    [
        "nguyễn@thư.vn",
        "a@b.vn\r\nRCPT TO:<c@d.vn>",
        "<a@b.vn>",
        "a@b.vn> SIZE=1",
        "a b@c.vn",
        "",
        "@",
        "a@b",
        "a" * 250,
    ],
)
def test_an_e_mail_goes_to_a_mailbox_only(to: str) -> None:
    """Letters outside ASCII need SMTPUTF8, which many servers have not; line breaks and brackets would be commands."""
    with pytest.raises(ValidationError) as refused:
        an_email(to=to)
    assert "b.vn" not in str(refused.value)
