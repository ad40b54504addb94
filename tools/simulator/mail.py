"""The simulated mail server: real SMTP on a port of its own. It checks each e-mail and counts by Message-ID."""

from __future__ import annotations

import asyncio
import hmac
import logging
import ssl
import warnings
from collections import Counter
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from domain.values import Value
from tools.simulator.fault_injection import Call, Fault, FaultInjector, FaultMode
from tools.simulator.simulated_system import Answer
from tools.simulator.store import Shelf, Store
from tools.simulator.token_protocol import refused
from tools.simulator.world import Effects, World

AT_THE_DOOR = frozenset({FaultMode.DOWN, FaultMode.WRONG_BANNER, FaultMode.UNANSWERED})
AT_RCPT = frozenset({FaultMode.GREYLISTED, FaultMode.NO_ACCOUNT, FaultMode.REFUSED})
AT_DATA = frozenset(
    {
        *(FaultMode.SLOW, FaultMode.TIMEOUT, FaultMode.CUT, FaultMode.RESET),
        *(FaultMode.NO_EFFECT, FaultMode.EFFECT_THEN_ERROR, FaultMode.ERROR_IN_200, FaultMode.GARBLED),
    }
)
logging.getLogger("mail.log").setLevel(logging.ERROR)
LONGEST_LINE = 998
"""Characters of a line, without its end (RFC 5322, 2.1.1)."""
_WANTED = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")


class _Mail(Value):
    message_id: str
    to: str
    subject: str
    text: str
    page: str
    headers: dict[str, str]
    raw: str
    arrived: int
    """How often the server accepted an e-mail with this Message-ID."""


class MailSystem:
    """The mail server. It is steered and looked into as every other simulated system, but speaks SMTP."""

    system = "email"
    modes = AT_THE_DOOR | AT_RCPT | AT_DATA

    def __init__(self, world: World, tls: ssl.SSLContext | None = None) -> None:
        self.contract = self
        self.faults = FaultInjector(self.system, world.seed, world.monotonic)
        self.received: Counter[str] = Counter()
        self.rejected = 0
        self.tls = tls
        self._world = world
        self._kept = Shelf(world.store, "email/messages", _Mail)
        self._effects = Effects(world, "email")

    async def serve(self, _: object) -> Answer:
        """Nothing is served by HTTP here."""
        return refused("speaks_smtp", 404)

    def connection(self) -> SMTP:
        """The server's side of one connection."""
        return _Connection(self)

    def fault(self, stage: str, key: str, modes: frozenset[FaultMode], **fields: str) -> Fault | None:
        """The fault that hits this stage of a session, if any."""
        self.received[stage] += 1
        return self.faults.next_fault(Call(stage, key, fields, modes=modes))

    def knows(self, login: str, password: bytes) -> bool:
        """Whether these are the right credentials."""
        access = self._world.access
        ours = access.password.get_secret_value().encode()
        return login == access.username and hmac.compare_digest(ours, password)

    def keep(self, to: str, content: bytes) -> str:
        """Checks an e-mail and keeps it; returns the reply."""
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        if wrong := _wrong(message, to, content):
            self.rejected += 1
            return f"554 5.6.0 {wrong}"
        mail = _mail(message, to, content, self._arrived(str(message["Message-ID"])) + 1)
        self._kept.put(mail.message_id, mail)
        self._effects.add("sent" if mail.arrived == 1 else "repeated", mail.message_id)
        return "250 2.0.0 OK"

    @property
    def store(self) -> Store:
        """Where what was done can be undone."""
        return self._world.store

    def records(self, key: str | None) -> dict[str, Any]:
        """The effects and the e-mails; of one Message-ID, or all."""
        return {
            "effects": self._effects.listed(key),
            "messages": [mail.model_dump() for mail in self._kept.all() if key in (None, mail.message_id)],
        }

    def _arrived(self, message_id: str) -> int:
        before = self._kept.get(message_id)
        return 0 if before is None else before.arrived


def _wrong(message: EmailMessage, to: str, content: bytes) -> str:
    """What is wrong with an e-mail; nothing, if it is as it must be."""
    for name in _WANTED:
        if len(message.get_all(name, [])) != 1:
            return f"header {name}"
    addressed = [address.addr_spec for address in message["To"].addresses]
    if addressed != [to]:
        return "To is not the recipient"
    if message.get_content_type() != "multipart/alternative" or message.defects:
        return "not multipart/alternative"
    if not content.isascii() or any(len(line) > LONGEST_LINE for line in content.split(b"\r\n")):
        return "letters or lines that not every server takes"
    return ""


def _mail(message: EmailMessage, to: str, content: bytes, arrived: int) -> _Mail:
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    return _Mail(
        message_id=str(message["Message-ID"]),
        to=to,
        subject=str(message["Subject"]),
        text="" if plain is None else plain.get_content(),
        page="" if page is None else page.get_content(),
        headers={name: str(value) for name, value in message.items()},
        raw=content.decode("ascii"),
        arrived=arrived,
    )


class _Connection(SMTP):
    """One session. Its faults: at the door, at RCPT, after DATA."""

    def __init__(self, mail: MailSystem) -> None:
        with warnings.catch_warnings(action="ignore"):  # a password without TLS is refused by nobody here
            super().__init__(
                self,
                hostname="mail.simulator",
                tls_context=mail.tls,
                auth_required=True,
                auth_require_tls=mail.tls is not None,
                require_starttls=mail.tls is not None,
                authenticator=self._judge,
            )
        self._mail = mail

    async def _handle_client(self) -> None:
        fault = self._mail.fault("connect", "", AT_THE_DOOR)
        match fault.mode if fault else FaultMode.OK:
            case FaultMode.DOWN:
                await self.push("421 4.3.2 Service not available")
                self._drop()
            case FaultMode.WRONG_BANNER:
                await self.push("HTTP/1.1 400 Bad Request")
                self._drop()
            case FaultMode.UNANSWERED:
                await asyncio.Event().wait()  # until the caller hangs up, or the simulator is stopped
            case _:
                await super()._handle_client()

    def _judge(self, server: SMTP, session: Session, envelope: Envelope, _: str, auth_data: Any) -> AuthResult:
        known = isinstance(auth_data, LoginPassword) and self._mail.knows(auth_data.login.decode(), auth_data.password)
        return AuthResult(success=known, handled=False)

    def _drop(self) -> None:
        """Breaks the connection off. What was written before is sent."""
        if self.transport is not None:
            self.transport.close()

    async def handle_exception(self, error: Exception) -> str:
        """The reply when a session fails here: a client that refuses our certificate breaks TLS off."""
        return f"451 4.3.0 {type(error).__name__}"

    async def handle_RCPT(  # noqa: N802  a hook of aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        """The reply to one recipient."""
        fault = self._mail.fault("rcpt", address, AT_RCPT, to=address)
        match fault.mode if fault else FaultMode.OK:
            case FaultMode.GREYLISTED:
                return "451 4.7.1 Greylisted, try again later"
            case FaultMode.NO_ACCOUNT:
                return "550 5.1.1 No such user here"
            case FaultMode.REFUSED:
                return "550 5.7.1 Sender is not allowed"
            case _:
                envelope.rcpt_tos.append(address)
                return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  a hook
        """The reply to one e-mail."""
        content, to = envelope.content, envelope.rcpt_tos[0]
        assert isinstance(content, bytes)
        fault = self._mail.fault("send", to, AT_DATA, to=to)
        match fault.mode if fault else FaultMode.OK:
            case FaultMode.SLOW if fault is not None:
                await asyncio.sleep(fault.delay)
            case FaultMode.TIMEOUT:
                self._mail.keep(to, content)
                await asyncio.Event().wait()
            case FaultMode.CUT:
                self._mail.keep(to, content)
                self._drop()
                return "250 2.0.0 OK"
            case FaultMode.RESET:
                self._drop()
                return "250 2.0.0 OK"
            case FaultMode.NO_EFFECT:
                with self._mail.store.undone():
                    return self._mail.keep(to, content)
            case FaultMode.EFFECT_THEN_ERROR:
                self._mail.keep(to, content)
                return "451 4.3.0 Local error in processing"
            case FaultMode.ERROR_IN_200:
                return "452 4.2.2 Insufficient system storage"
            case FaultMode.GARBLED:
                return "Hello"
            case _:
                pass
        return self._mail.keep(to, content)
