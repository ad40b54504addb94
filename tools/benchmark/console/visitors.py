"""Visitors of the console: they sign in at the stack's issuer, or show a receipt, and open pages as browsers do."""

from __future__ import annotations

import html
import re
import time
from urllib.parse import parse_qs, urlsplit

import httpx2
from pydantic import BaseModel

from tools.benchmark.http_api.work import refused

NEXT_PAGE = re.compile(r'class="more"[^>]*>\s*<td[^>]*><a href="(/console/[^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
PART = {"HX-Request": "true"}
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
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

    async def show_receipt(self, code: str, secret: str) -> None:
        """Shows the secret of a receipt, as an applicant. Raises BenchError `request_refused`."""
        page = await self._http.get(f"{self._url}/console/track")
        _require(page, 200)
        shown = {**dict(HIDDEN.findall(page.text)), "dossier": code, "secret": secret}
        _redirected(await self._http.post(f"{self._url}/console/track", data=shown, headers=FROM_HERE))

    async def later(self, path: str, pages_on: int) -> str:
        """The address of a later page, or of the last one. Raises BenchError `request_refused`."""
        for _ in range(pages_on):
            answer = await self._http.get(self._url + path)
            _require(answer, 200)
            following = NEXT_PAGE.search(answer.text)
            if following is None:
                break
            path = html.unescape(following[1])
        return path

    async def open(self, path: str, *, part: bool = False) -> Opened:
        """Opens a page, or asks for the part that a script asks for. Raises BenchError `request_refused`."""
        began = time.perf_counter()
        answer = await self._http.get(self._url + path, headers={**ENCODED, **(PART if part else {})})
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
