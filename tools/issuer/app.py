"""The development issuer as a web application: OpenID Connect, and two paths for developers."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, get_args
from urllib.parse import parse_qsl, unquote_plus

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from joserfc.errors import JoseError
from pydantic import SecretStr, ValidationError

from domain.errors import DomainError, NotFound
from domain.field_errors import invalid_request, of_validation
from domain.inconsistency import Inconsistent
from domain.rules.province import Province
from domain.text.json_reader import read_json
from domain.values import FROM_OUTSIDE, VIETNAM
from tools.issuer.authorization import (
    AuthorizationRequest,
    BadAuthorizationRequest,
    GivenCodes,
    authorization_request,
    is_on_this_machine,
    origin_of,
    with_query,
)
from tools.issuer.issued_tokens import USUAL_LIFE, TokenMaker
from tools.issuer.pages import Chosen, message_page, people_page, sign_in_page
from tools.issuer.sign_in import SignIn, TokenOrder, posts_in
from tools.issuer.signing_keys import Algorithm
from tools.issuer.style import STYLE
from workers.staff_in_force import StaffInForce

LARGEST_BODY = 64_000


class DevelopmentIssuer:
    """One issuer, at one address, for the people of one province. `service_secret`: of every service's client."""

    def __init__(
        self, tokens: TokenMaker, staff: StaffInForce, service_secret: SecretStr, clock: Callable[[], datetime]
    ) -> None:
        self._tokens = tokens
        self._staff = staff
        self._service_secret = service_secret
        self._clock = clock
        self._codes = GivenCodes()

    def _province(self) -> Province:
        self._staff()  # reads the files again when they have changed
        return self._staff.province

    def application(self) -> FastAPI:
        """The web application."""
        application = FastAPI(openapi_url=None)
        routes: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
            ("GET", "/", self._people),
            ("GET", "/health", self._health),
            ("GET", "/.well-known/openid-configuration", self._discovery),
            ("GET", "/keys", self._keys),
            ("GET", "/authorize", self._ask),
            ("POST", "/authorize", self._authorize),
            ("POST", "/token", self._token),
            ("GET", "/userinfo", self._userinfo),
            ("GET", "/end_session", self._end_session),
            ("GET", "/style.css", self._style),
            ("POST", "/dev/token", self._dev_token),
            ("POST", "/dev/rotate", self._rotate),
        ]
        for method, path, serve in routes:
            application.add_route(path, self._guarded(serve), methods=[method])
        return application

    def _guarded(self, serve: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """Refuses what a page of another site sends from a browser: by its own name for us, or by a form of its own."""

        async def guarded(request: Request) -> Response:
            own, host = self._tokens.issuer, request.headers.get("host", "")
            origin = request.headers.get("origin")
            if f"http://{host}" != own or (request.method == "POST" and origin not in (None, own)):
                return PlainTextResponse(f"Chỉ trả lời tại {own} (answers only there)\n", 403)
            response = await serve(request)
            response.headers.update({"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
            return response

        return guarded

    async def _health(self, _: Request) -> Response:
        return JSONResponse({"issuer": self._tokens.issuer})

    async def _discovery(self, _: Request) -> Response:
        issuer = self._tokens.issuer
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys",
                "userinfo_endpoint": f"{issuer}/userinfo",
                "end_session_endpoint": f"{issuer}/end_session",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code", "client_credentials"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
                "id_token_signing_alg_values_supported": list(get_args(Algorithm)),
                "subject_types_supported": ["public"],
                "scopes_supported": ["openid"],
                "claims_supported": ["sub", "principal_kind", "role", "unit"],
            }
        )

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(self._tokens.keys.published())

    async def _rotate(self, _: Request) -> Response:
        """Signs with new keys from now on. The former ones stay published until the next rotation."""
        return JSONResponse(self._tokens.keys.rotate())

    async def _style(self, _: Request) -> Response:
        return Response(STYLE, media_type="text/css")

    async def _ask(self, request: Request) -> Response:
        """The sign-in page."""
        given = dict(request.query_params)
        try:
            asked = authorization_request(given)
        except BadAuthorizationRequest as problem:
            return _refused(problem)
        province, now = self._province(), self._clock()
        shown = _filtered(given, province, now)
        page = sign_in_page(province, asked.client_id, asked.fields, shown, now, f"{self._tokens.issuer}/token")
        return _page(page, asked)

    async def _people(self, request: Request) -> Response:
        """Who could sign in."""
        province, now = self._province(), self._clock()
        shown = _filtered(request.query_params, province, now)
        return _page(people_page(province, shown, now, f"{self._tokens.issuer}/token"))

    async def _authorize(self, request: Request) -> Response:
        """Somebody has chosen on the page: back to the client program, with a code."""
        form = await _form(request)
        try:
            asked = authorization_request(form)
            sign_in = _chosen(form)
            who = sign_in.claims
            posts_in(self._staff(), sign_in, self._clock(), self._tokens.issuer)
        except BadAuthorizationRequest as problem:
            return _refused(problem)
        except (DomainError, ValidationError):
            return _refused(BadAuthorizationRequest("person, applicant"))
        code = self._codes.give(asked, who, self._clock())
        return RedirectResponse(asked.answer(code=code, iss=self._tokens.issuer), 303)

    async def _token(self, request: Request) -> Response:
        form = await _form(request)
        client, secret = _client(request, form)
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchanged(form, client)
            case "client_credentials":
                return self._of_service(client, secret)
            case _:
                return _oauth_error("unsupported_grant_type")

    def _exchanged(self, form: Mapping[str, str], client: str) -> Response:
        now, given = self._clock(), self._codes.take(form.get("code", ""))
        fits = given is not None and given.fits(
            form.get("redirect_uri", ""), client, form.get("code_verifier", ""), now
        )
        if given is None or not fits:
            return _oauth_error("invalid_grant")
        access = self._tokens.access_token(given.who, client, now)
        identity = self._tokens.id_token(given.who, client, now, given.request.nonce, access)
        return JSONResponse({**_granted(access, USUAL_LIFE), "id_token": identity, "scope": "openid"})

    def _of_service(self, client: str, secret: str) -> Response:
        right = hmac.compare_digest(secret.encode(), self._service_secret.get_secret_value().encode())
        if not right or self._staff().service(client) is None:
            return _oauth_error("invalid_client", 401, {"WWW-Authenticate": "Basic"})
        who = SignIn(service=client).claims
        return JSONResponse(_granted(self._tokens.access_token(who, client, self._clock()), USUAL_LIFE))

    async def _userinfo(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            claims = self._tokens.claims_of(token if scheme.lower() == "bearer" else "")
        except (JoseError, ValueError):
            return JSONResponse({"error": "invalid_token"}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        return JSONResponse(
            {name: claims[name] for name in ("sub", "principal_kind", "role", "unit") if name in claims}
        )

    async def _end_session(self, request: Request) -> Response:
        """This issuer keeps no session, so that there is nothing to end; the client program is asked for again."""
        back, state = request.query_params.get("post_logout_redirect_uri", ""), request.query_params.get("state")
        if is_on_this_machine(back):
            return RedirectResponse(with_query(back, {"state": state} if state else {}), 303)
        return _page(message_page("Đã đăng xuất", "Nơi cấp mã này không giữ phiên đăng nhập nào.", "Signed out."))

    async def _dev_token(self, request: Request) -> Response:
        """A token without the page, for `luongxanh dev token`. Body: a `TokenOrder`."""
        try:
            order = TokenOrder.model_validate(read_json((await _body(request)).decode("utf-8")), context=FROM_OUTSIDE)
            who, now = order.claims, self._clock()
            posts = posts_in(self._staff(), order, now, self._tokens.issuer)
        except ValidationError as wrong:
            return _told(invalid_request(of_validation(wrong)))
        except (Inconsistent, UnicodeDecodeError):
            return _told(invalid_request(()))
        except DomainError as refused:
            return _told(refused)
        client = order.service or order.client
        life = timedelta(minutes=order.minutes)
        access = self._tokens.access_token(who, client, now, life, order.algorithm)
        today = now.astimezone(VIETNAM).date()
        name_of = self._staff.province.organisation.name_of
        held = [{"unit": p.unit, "unit_name": name_of(p.unit, today), "role": p.role, "title": p.title} for p in posts]
        away = order.person is not None and self._staff().absent(order.person, now)
        return JSONResponse({**_granted(access, life), "posts": held, "absent": away})


def _filtered(given: Mapping[str, str], province: Province, now: datetime) -> Chosen:
    """The filter of a page; at first, the people of the provincial centre."""
    centre = province.organisation.province_centre(now.astimezone(VIETNAM).date()).code
    return Chosen(given.get("unit", centre), given.get("role", ""), given.get("letters", ""))


def _chosen(form: Mapping[str, str]) -> SignIn:
    """What a button or the field of the page says: a person, one post of a person, or an applicant."""
    if "post" in form:
        person, _, post = form["post"].partition(":")
        role, _, unit = post.partition(":")
        return SignIn.model_validate({"person": person, "role": role, "unit": unit})
    return SignIn.model_validate({name: form[name] for name in ("person", "applicant") if name in form})


def _client(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """The client's id and secret, from the header (RFC 6749, section 2.3.1) or from the form."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(given, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote_plus(name), unquote_plus(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


def _granted(access: str, life: timedelta) -> dict[str, Any]:
    return {"access_token": access, "token_type": "Bearer", "expires_in": int(life.total_seconds())}


def _oauth_error(error: str, status: int = 400, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": error}, status, headers)


def _told(problem: DomainError) -> Response:
    status = 404 if isinstance(problem, NotFound) else 422
    content = {"code": problem.code, "message": problem.message.model_dump(), "facts": problem.facts}
    return JSONResponse(content, status)


def _refused(problem: BadAuthorizationRequest) -> Response:
    if problem.back is not None:
        return RedirectResponse(problem.back, 303)
    vi = f"Chương trình gọi sang không đúng ({problem.problem}). Hãy quay lại chương trình đó và thử lại."
    en = f"The program that sent you made a wrong request ({problem.problem}). Go back to it and try again."
    return _page(message_page("Không đăng nhập được", vi, en), status=400)


def _page(content: str, asked: AuthorizationRequest | None = None, status: int = 200) -> Response:
    """A page without scripts. The form may lead only here and, by the redirect after it, to the client program.

    Without any referrer a browser would not say that a form comes from this page.
    """
    to = "'self'" if asked is None else f"'self' {origin_of(asked.redirect_uri)}"
    policy = f"default-src 'none'; style-src 'self'; form-action {to}; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(content, status, {"Content-Security-Policy": policy, "Referrer-Policy": "same-origin"})


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            return b""
    return bytes(body)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; none where they cannot be read."""
    try:
        return dict(parse_qsl((await _body(request)).decode("ascii"), keep_blank_values=True, max_num_fields=50))
    except (UnicodeDecodeError, ValueError):
        return {}
