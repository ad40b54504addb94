"""The cookies of the console, which no script can read and which go to this host alone.

Over TLS they are `Secure`, and that of the session has the prefix `__Host-` (RFC 6265bis): a browser then takes it from
this very host only, so that no other site of the same domain can put somebody else's session into it.
"""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response

SESSION: Final = "lx_session"
SESSION_OVER_TLS: Final = "__Host-lx_session"
PATH: Final = "/console"


def is_over_tls(request: Request) -> bool:
    """Whether browsers reach the console over TLS. A proxy that ends it need not say so if the public address does."""
    public: str | None = request.app.state.console.policy.public_url
    return request.url.scheme == "https" or (public is not None and public.lower().startswith("https:"))


def give_cookie(
    answer: Response, request: Request, name: str, value: str, *, path: str = PATH, seconds: int | None = None,
    strict: bool = False,
) -> None:  # fmt: skip
    """Gives the browser a cookie. `seconds`: for how long; None: until the browser ends. `strict`: it comes with no
    request that another site's link makes."""
    answer.set_cookie(
        name, value, max_age=seconds, path=path, httponly=True, samesite="strict" if strict else "lax",
        secure=is_over_tls(request),
    )  # fmt: skip


def take_cookie(answer: Response, request: Request, name: str, *, path: str = PATH) -> None:
    """Takes a cookie from the browser."""
    answer.delete_cookie(name, path=path, httponly=True, samesite="lax", secure=is_over_tls(request))


def give_session(answer: Response, request: Request, secret: str) -> None:
    """Gives the browser the secret of its session, until it ends."""
    name, path = _of_session(request)
    give_cookie(answer, request, name, secret, path=path)


def take_session(answer: Response, request: Request) -> None:
    """Takes the secret of its session from the browser."""
    name, path = _of_session(request)
    take_cookie(answer, request, name, path=path)


def session_secret(request: Request) -> str | None:
    """The secret of the session that the browser has."""
    return request.cookies.get(_of_session(request)[0])


def _of_session(request: Request) -> tuple[str, str]:
    """The name and the path: the prefix demands the path of the whole host."""
    return (SESSION_OVER_TLS, "/") if is_over_tls(request) else (SESSION, PATH)
