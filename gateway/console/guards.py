"""What stands before every page: headers that a browser must obey, and the refusal of requests from other sites."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = ("GET", "HEAD", "OPTIONS")
OF_PAGES = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
"""No inline script or style, no frame, nothing from elsewhere. `Cache-Control: no-store` is that of every answer."""
PORTS = {"https": ":443", "http": ":80"}


class PageHeaders:
    """An ASGI application whose answers have the headers of pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, text in OF_PAGES.items():
                    headers.setdefault(name, text)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def is_from_here(method: str, headers: Headers, public: str | None = None) -> bool:
    """False for a request that changes something and was made by a page of another site (CSRF).

    Browsers say where a request comes from in Sec-Fetch-Site, which no page can set; older ones only in Origin. A
    request that says neither did not come from a browser's form, and is refused too. `public`: our own address; a
    proxy may give us another host than the browser named.
    """
    if method in SAFE:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return False
    return origin == _origin(public) if public is not None else urlsplit(origin).netloc == headers.get("host")


def _origin(address: str) -> str:
    """The origin of an address as browsers name it: without the port that its scheme has anyway."""
    parts = urlsplit(address.lower())
    return f"{parts.scheme}://{parts.netloc.removesuffix(PORTS.get(parts.scheme, ''))}"
