"""E-mail over SMTP (RFC 5321): one session a message, with TLS and a log-in.

SMTP has no keys. A session that breaks off between the message and the reply to it leaves the message in doubt; the
same e-mail is then sent again under the same Message-ID, so that a server or a reader that compares it has it once.
Nothing else can be promised (RFC 5321, 4.5.3.2.6).
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import unquote, urlsplit

import aiohappyeyeballs
import aiosmtplib
from aiosmtplib import SMTP

from activities.adapters.email_message import composed, message_id_of
from activities.adapters.errors import OutsideError
from activities.adapters.http import CERTIFICATE, NOT_CONNECTED, Connection
from activities.adapters.messages import OutsideCode
from activities.adapters.notice_requests import (
    AFTER_DATA,
    AT_THE_DOOR,
    BEFORE_DATA,
    REPLIED,
    UNREACHABLE_HERE,
    Email,
    NoticeSent,
)
from activities.adapters.verdict import Verdict

_OF_THE_MAILBOX = frozenset({550, 551, 552, 553})
"""Replies to RCPT that concern the mailbox (there is none, or it is full), unless their enhanced code (RFC 3463) says
something else, such as a policy."""
_CODES_OF_THE_MAILBOX = re.compile(r"5\.(1\.[0-6]|1\.1[0-9]|2\.[0124])(?![0-9])")
"""Enhanced codes of the recipient's address and mailbox. 5.1.7 and 5.1.8 are the sender's; 5.2.3: its length."""
_ENHANCED = re.compile(r"5\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9])")
_CLOSES, _WANTS_A_LOG_IN = 421, 530
"""Replies to any command that concern every message: the server shuts down, or takes nothing without a log-in."""
_LOCAL_NAME = "luongxanh.localdomain"
"""How we name ourselves in EHLO. Asking the machine for its name would ask a name server."""
_PLAIN_PORT, _TLS_PORT = 587, 465
_NEXT_ADDRESS_AFTER = 0.25
"""Seconds after which the next address of a name is tried beside the one that does not answer (RFC 8305)."""


class EmailSender:
    """The mail server's adapter."""

    def __init__(self, connection: Connection, tls: ssl.SSLContext | None = None) -> None:
        self.connection = connection
        self._tls = tls
        self._lookups = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail-server-name")
        """Looks the name up. A lookup that hangs takes no thread from the other systems or from the database."""

    async def send(self, email: Email) -> NoticeSent:
        """Sends an e-mail. Raises OutsideError; `no_way_to_person…`: no such mailbox, another channel may do."""
        terms = self.connection.address.email
        content = composed(email, terms)

        async def once(until: float) -> None:
            async with self._session(until) as session:
                await self._before_data(session, email.to, until)
                await self._data(session, content, until)

        await self.connection.guarded("send", once)
        return NoticeSent(message_id=message_id_of(email.key, terms.sender))

    @asynccontextmanager
    async def _session(self, until: float) -> AsyncIterator[SMTP]:
        """A session over a connection that is open, and ended afterwards."""
        address, where = self.connection.address, urlsplit(self.connection.address.base_url)
        at_once, host = where.scheme == "smtps", unquote(where.hostname or "")
        start = {"required": True, "if_offered": None, "never": False}[address.email.starttls]
        there = await self._connected(host, where.port or (_TLS_PORT if at_once else _PLAIN_PORT), until)
        session = SMTP(
            hostname=host,
            port=None,  # the socket has it
            sock=there,
            use_tls=at_once,
            start_tls=None if at_once else start,
            tls_context=self._tls,
            local_hostname=_LOCAL_NAME,
            timeout=None,  # the limit of the call counts, not of each step
        )
        try:
            yield session
        finally:
            not_used = session.transport is None
            await _end(session)
            if not_used:  # otherwise the transport closes it, after what is left to be sent
                there.close()

    async def _connected(self, host: str, port: int, until: float) -> socket.socket:
        """A connection to the first address of the name that answers. The library of SMTP tries them one after another,
        and would wait two minutes for one that is dead. The name is looked up each time: it may have moved."""
        loop = asyncio.get_running_loop()
        asked = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            async with asyncio.timeout_at(min(until, loop.time() + self.connection.address.connect_seconds)):
                found = await loop.run_in_executor(self._lookups, asked)
                return await aiohappyeyeballs.start_connection(
                    found, happy_eyeballs_delay=_NEXT_ADDRESS_AFTER, interleave=1
                )
        except TimeoutError:
            raise self._error(OutsideCode.TIMEOUT, BEFORE_DATA) from None
        except OSError:
            raise self._error(OutsideCode.UNAVAILABLE, NOT_CONNECTED) from None

    async def _before_data(self, session: SMTP, to: str, until: float) -> None:
        """Connects, logs in, and names sender and recipient. Whatever fails here, the message was not sent."""
        address = self.connection.address

        async def steps() -> None:
            await session.connect()
            if address.username:
                if session.get_transport_info("sslcontext") is None and address.email.starttls != "never":
                    raise self._error(OutsideCode.UNAVAILABLE, f"{AT_THE_DOOR}no_tls")
                await session.login(address.username, address.password.get_secret_value())
            await self._sender_named(session)
            await session.rcpt(to)

        await self._judged(steps, until, in_doubt=False)

    async def _sender_named(self, session: SMTP) -> None:
        """MAIL names our sender, who is the same for every message, so a refusal of it concerns every message."""
        try:
            await session.mail(self.connection.address.email.sender)
        except aiosmtplib.SMTPResponseException as reply:
            if not 400 <= reply.code < 600:
                raise
            raise self._at_the_door(reply.code) from None

    async def _data(self, session: SMTP, content: bytes, until: float) -> None:
        async def steps() -> None:
            await session.data(content)

        await self._judged(steps, until, in_doubt=True)

    async def _judged(self, steps: Callable[[], Awaitable[None]], until: float, *, in_doubt: bool) -> None:
        """Runs steps of the session. `in_doubt`: whether the message may have been taken if they break off."""
        try:
            async with asyncio.timeout_at(until):
                await steps()
        except aiosmtplib.SMTPRecipientRefused as refused:
            raise self._of_recipient(refused.code, refused.message) from None
        except (aiosmtplib.SMTPConnectResponseError, aiosmtplib.SMTPAuthenticationError) as reply:
            # it takes no mail now, or not from us: that concerns every message
            raise self._at_the_door(reply.code) from None
        except aiosmtplib.SMTPResponseException as reply:
            raise self._of_message(reply.code, reply.message, in_doubt=in_doubt) from None
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPNotSupported) as refused:
            if isinstance(refused.__cause__, ssl.SSLCertVerificationError):
                raise self._wrong_certificate() from None
            raise self._error(OutsideCode.UNAVAILABLE, NOT_CONNECTED) from None
        except ssl.SSLCertVerificationError:  # at STARTTLS
            raise self._wrong_certificate() from None
        except (TimeoutError, aiosmtplib.SMTPException, ssl.SSLError, OSError) as broken:
            late = isinstance(broken, TimeoutError)
            code = OutsideCode.TIMEOUT if late else OutsideCode.UNAVAILABLE
            raise self._error(code, (AFTER_DATA if in_doubt else BEFORE_DATA)) from None

    def _of_recipient(self, reply: int, text: str) -> OutsideError:
        """The reply to RCPT. The mailbox: another channel. A policy, such as of our sender: a person. 4yz: later."""
        if reply in _OF_THE_MAILBOX and not _ENHANCED.match(text.lstrip()):
            return self._refused(f"{UNREACHABLE_HERE}.{reply}", Verdict.REFUSED)
        return self._of_message(reply, text)

    def _of_message(self, reply: int, text: str, *, in_doubt: bool = False) -> OutsideError:
        """The reply to this e-mail. A server may say after it, too, that the mailbox is full or gone. In every case
        the server has not taken it."""
        if reply in (_CLOSES, _WANTS_A_LOG_IN):
            return self._at_the_door(reply)
        if 500 <= reply < 600 and _CODES_OF_THE_MAILBOX.match(text.lstrip()):
            return self._refused(f"{UNREACHABLE_HERE}.{reply}", Verdict.REFUSED)
        if 400 <= reply < 500:
            return self._refused(f"{REPLIED}{reply}", Verdict.RETRY)
        if 500 <= reply < 600:
            return self._refused(f"{REPLIED}{reply}", Verdict.NEEDS_PERSON)
        return self._error(OutsideCode.BAD_REPLY, AFTER_DATA if in_doubt else BEFORE_DATA)

    def _wrong_certificate(self) -> OutsideError:
        """Expired, of another host, or of nobody: whoever operates the server must mend it. Nothing was sent."""
        return self.connection.error(OutsideCode.UNAVAILABLE, "send", reason=CERTIFICATE, unknown=True)

    def _at_the_door(self, reply: int) -> OutsideError:
        """It takes no mail from us now, whichever it is. Nothing of this one was taken."""
        return self._error(OutsideCode.UNAVAILABLE, f"{AT_THE_DOOR}{reply}")

    def _refused(self, reason: str, verdict: Verdict) -> OutsideError:
        return self.connection.error(OutsideCode.REFUSED, "send", reason=reason, verdict=verdict)

    def _error(self, code: OutsideCode, reason: str) -> OutsideError:
        return self.connection.error(code, "send", reason=reason)


async def _end(session: SMTP) -> None:
    """Ends the session. What the server says to that changes nothing: the message was taken or not before."""
    try:
        async with asyncio.timeout(1.0):
            await session.quit()
    except (TimeoutError, aiosmtplib.SMTPException, OSError):
        pass
    finally:
        session.close()
