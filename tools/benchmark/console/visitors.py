"""Visitors of the console: they sign in at the stack's issuer and open pages, as browsers do."""

from __future__ import annotations

import re
import time
from urllib.parse import parse_qs, urlsplit

import httpx2
from pydantic import BaseModel

from tools.benchmark.http_api.work import refused

LINKED = re.compile(r'(?:href|src)="(/console/static/[^"]+)"')
ENCODED = {"Accept-Encoding": "gzip"}


class Opened(BaseModel):
    """A page that was opened: milliseconds until its last byte, and bytes as they were transferred.

    `more`: the bytes of the style sheets and scripts that a first visit needs beside it.
    """

    ms: float
    bytes: int
    more: int


class Visitor:
    """Somebody at the console."""

    def __init__(self, url: str, http: httpx2.AsyncClient) -> None:
        self._url = url
        self._http = http
        self._sizes: dict[str, int] = {}

    async def sign_in(self, person: str) -> None:
        """Signs in at the issuer. Raises BenchError `request_refused`."""
        to_issuer = _redirected(await self._http.get(f"{self._url}/console/sign-in"))
        asked = {name: values[0] for name, values in parse_qs(urlsplit(to_issuer).query).items()}
        at = urlsplit(to_issuer)
        chosen = await self._http.post(f"{at.scheme}://{at.netloc}/authorize", data={**asked, "person": person})
        _redirected(await self._http.get(_redirected(chosen)))

    async def open(self, path: str) -> Opened:
        """Opens a page. Raises BenchError `request_refused`."""
        began = time.perf_counter()
        answer = await self._http.get(self._url + path, headers=ENCODED)
        took = (time.perf_counter() - began) * 1_000
        _require(answer, 200)
        linked = [await self._size(address) for address in sorted(set(LINKED.findall(answer.text)))]
        return Opened(ms=took, bytes=answer.num_bytes_downloaded, more=sum(linked))

    async def _size(self, address: str) -> int:
        if address not in self._sizes:
            answer = await self._http.get(self._url + address, headers=ENCODED)
            _require(answer, 200)
            self._sizes[address] = answer.num_bytes_downloaded
        return self._sizes[address]


def _redirected(answer: httpx2.Response) -> str:
    _require(answer, 303)
    return str(answer.headers["location"])


def _require(answer: httpx2.Response, status: int) -> None:
    if answer.status_code != status:
        asked = f"{answer.request.method} {answer.request.url.path}"
        raise refused(asked, answer.status_code, answer.text)
