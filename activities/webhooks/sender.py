"""Sends one message to one receiver, and trusts nothing about it.

The address is checked when the name is resolved, a redirect is not followed, and only the head of the answer is read:
an endless or slow body costs nothing.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Annotated

import aiohttp
from pydantic import Field

from activities.webhooks.addresses import CheckedResolver, Lookup, PrivateAddress, require_receiver
from activities.webhooks.failures import DeliveryFailure
from domain.errors import InvalidInput
from domain.values import Strict

GONE = 410
_HONOURED = (429, 503)
"""The statuses whose `Retry-After` counts."""
_LONGEST_HONOURED = 86_400
_LARGEST_HEADER = 8_190


class SendLimits(Strict):
    """Seconds for one try."""

    connect: Annotated[float, Field(gt=0)] = 5.0
    total: Annotated[float, Field(gt=0)] = 15.0
    """From the look-up of the name to the head of the answer."""


class NotDelivered(Exception):
    """The receiver did not take the message. `status` is its HTTP status, if it answered."""

    def __init__(self, code: DeliveryFailure, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        """Seconds for which the receiver asks us to wait."""


class Sender:
    """Sends to one receiver. It is an asynchronous context manager, and closes its connections at the end.

    `allowed_hosts`: hosts that may be in an internal network. `trusted`: the authorities that may sign a receiver's
    certificate, if not those of the machine.
    """

    def __init__(
        self,
        allowed_hosts: AbstractSet[str] = frozenset(),
        limits: SendLimits | None = None,
        lookup: Lookup = socket.getaddrinfo,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = allowed_hosts
        self._limits = limits or SendLimits()
        self._resolver = CheckedResolver(allowed_hosts, lookup)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._resolver, use_dns_cache=False, force_close=True, limit=0, ssl=trusted or True
            ),
            timeout=aiohttp.ClientTimeout(total=self._limits.total, sock_connect=self._limits.connect),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=_LARGEST_HEADER,
            max_field_size=_LARGEST_HEADER,
        )

    async def __aenter__(self) -> Sender:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._resolver.close()

    async def send(self, url: str, headers: Mapping[str, str], body: str, content_type: str) -> int:
        """Sends the message once and returns the status, which is 2xx. Raises NotDelivered."""
        try:
            require_receiver(url, self._allowed)
            status, retry_after = await self._status(url, {**headers, "Content-Type": content_type}, body)
        except (InvalidInput, PrivateAddress):
            raise NotDelivered(DeliveryFailure.ADDRESS_PRIVATE) from None
        except TimeoutError:
            raise NotDelivered(DeliveryFailure.TIMEOUT) from None
        except aiohttp.ClientConnectorCertificateError:
            raise NotDelivered(DeliveryFailure.CERTIFICATE_UNTRUSTED) from None
        except aiohttp.ClientConnectorError as problem:
            private = isinstance(problem.os_error, PrivateAddress)
            code = DeliveryFailure.ADDRESS_PRIVATE if private else DeliveryFailure.NOT_CONNECTED
            raise NotDelivered(code) from None
        except (aiohttp.ClientError, ValueError):  # its text is not kept: it may repeat what the receiver sent
            raise NotDelivered(DeliveryFailure.BROKEN_OFF) from None
        if 200 <= status < 300:
            return status
        raise NotDelivered(_failure_of(status), status, retry_after)

    async def _status(self, url: str, headers: Mapping[str, str], body: str) -> tuple[int, float | None]:
        response = await self._session.post(url, data=body.encode(), headers=headers, allow_redirects=False)
        try:
            return response.status, _retry_after(response)
        finally:
            response.close()


def _failure_of(status: int) -> DeliveryFailure:
    if status == GONE:
        return DeliveryFailure.GONE
    if status >= 500:
        return DeliveryFailure.FAILED
    return DeliveryFailure.REDIRECTED if 300 <= status < 400 else DeliveryFailure.REFUSED


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    """The seconds of `Retry-After`, within a day. Its other form, a date, is not read."""
    written = response.headers.get("Retry-After", "")
    if response.status not in _HONOURED or not (written.isascii() and written.isdigit() and len(written) < 10):
        return None
    return min(float(written), _LONGEST_HONOURED)
