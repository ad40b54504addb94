"""Tests of the development issuer as a process: the product accepts its tokens, and its page signs people in."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from domain.roles import Role
from domain.values import VIETNAM
from gateway.access.errors import NotAuthenticated
from gateway.access.issuer_policy import IssuerPolicy
from gateway.access.principals import ApplicantPrincipal, PersonPrincipal, Principal, ServicePrincipal
from gateway.access.tokens import open_verifier
from tests.support.command_line import CHECKOUT
from tests.support.issuer_process import issuer_process
from tests.support.plain_http import NO_TLS

AUDIENCE = "luongxanh-api"
SECRET = "khoa-cua-dich-vu-chay-thu"  # noqa: S105  of this test alone
AWAY = "cb.13366.clerk.1"
SERVICE = "kiosk.tiep-nhan"
BACK = "http://127.0.0.1:9000/xong?buoc=2"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
RECEPTION = "cb.13366.reception.1"


@dataclass(frozen=True)
class Running:
    """A running issuer, its keys' folder, and a browser that follows no redirect."""

    url: str
    folder: Path
    http: httpx2.Client

    async def principal(self, token: str, minutes: int = 0) -> Principal:
        """Who the product takes the bearer of this token for, so many minutes from now."""
        async with open_verifier(IssuerPolicy(issuer=self.url, audience=AUDIENCE)) as verifier:
            return await verifier.verify(token, datetime.now(VIETNAM) + timedelta(minutes=minutes))

    def asked(self, **changes: str | None) -> dict[str, str]:
        """An authorization request as a client program makes it."""
        fields = {
            "response_type": "code",
            "client_id": "man-hinh",
            "redirect_uri": BACK,
            "scope": "openid",
            "state": "trạng thái <1>",
            "nonce": "n-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def exchanged(self, code: str, **changes: str) -> httpx2.Response:
        """The answer of the token endpoint for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": "man-hinh",
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            **changes,
        }
        return self.http.post("/token", data=form)

    def ordered(self, **order: Any) -> httpx2.Response:
        """The answer to an order of a token without the page."""
        return self.http.post("/dev/token", json=order)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninh Bình with a service and somebody who is away."""
    folder = tmp_path_factory.mktemp("tinh") / "ninh-binh"
    shutil.copytree(CHECKOUT / "deploy" / "ninh-binh", folder)
    people = folder / "people.yaml"
    text = people.read_text(encoding="utf-8")
    away = f"absences: [{{person: {AWAY}, began: '2026-01-01T00:00+07:00', ground: nghỉ phép}}]"
    service = f"services: [{{code: {SERVICE}, name: Máy <tiếp nhận>, roles: [reception], source: QĐ 1}}]"
    text = text.replace("\nabsences: []", f"\n{away}").replace("\nservices: []", f"\n{service}")
    people.write_text(text, encoding="utf-8")
    return folder


@contextmanager
def running(folder: Path, province: Path) -> Iterator[Running]:
    """The issuer as `make up` starts it."""
    with (
        issuer_process(folder, province, AUDIENCE, SECRET) as url,
        httpx2.Client(base_url=url, trust_env=False, verify=NO_TLS, timeout=20) as http,
    ):
        yield Running(url, folder, http)


@pytest.fixture(scope="module")
def issuer(province: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running issuer."""
    with running(tmp_path_factory.mktemp("issuer"), province) as started:
        yield started


class Forms(HTMLParser):
    """The forms of a page: the fields that they send, and their buttons; scripts and inline styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: list[dict[str, str]] = []
        self.buttons: list[tuple[str, str]] = []
        self.active: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes one tag."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.hidden.append({})
        elif tag == "input" and found.get("type") == "hidden":
            self.hidden[-1][found["name"]] = found["value"]
        elif tag == "button" and "name" in found:
            self.buttons.append((found["name"], found["value"]))
        if tag in ("script", "iframe", "object") or any(name == "style" or name.startswith("on") for name in found):
            self.active.append(tag)


def code_in(response: httpx2.Response, state: str = "trạng thái <1>") -> str:
    """The code in the redirect back to the client program, with its own state and query."""
    assert response.status_code == 303, response.text
    back = urlsplit(response.headers["location"])
    assert (back.netloc, back.path) == ("127.0.0.1:9000", "/xong")
    query = parse_qs(back.query)
    assert (query["state"], query["buoc"]) == ([state], ["2"])
    return query["code"][0]


async def test_a_person_signs_in_on_the_page(issuer: Running) -> None:
    """From the page over the code to a token that the product accepts; the ID token is not accepted."""
    page = issuer.http.get("/authorize", params={**issuer.asked(), "unit": "13366", "role": "reception", "letters": ""})
    assert page.status_code == 200
    assert "Phường Hà Nam" in page.text
    forms = Forms(page.text)
    assert ("person", RECEPTION) in forms.buttons
    assert all(value.split(":")[0].startswith("cb.13366.reception.") for _, value in forms.buttons)
    chosen = issuer.http.post("/authorize", data={**forms.hidden[1], "person": RECEPTION})
    answer = issuer.exchanged(code_in(chosen))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    granted = answer.json()
    who = await issuer.principal(granted["access_token"])
    assert who == PersonPrincipal(person=RECEPTION, carried_by="man-hinh")
    for other in (granted["id_token"],):
        with pytest.raises(NotAuthenticated, match="token_not_for_access"):
            await issuer.principal(other)
    claims = json.loads(base64.urlsafe_b64decode(granted["id_token"].split(".")[1] + "=="))
    assert (claims["nonce"], claims["aud"], claims["sub"]) == ("n-1", "man-hinh", RECEPTION)
    told = issuer.http.get("/userinfo", headers={"Authorization": f"Bearer {granted['access_token']}"})
    assert told.json() == {"sub": RECEPTION, "principal_kind": "person"}
    assert issuer.http.get("/userinfo", headers={"Authorization": f"Bearer {granted['id_token']}"}).status_code == 401


async def test_a_person_signs_in_for_one_post(issuer: Running) -> None:
    """The second button narrows the sign-in to one role in one unit."""
    chosen = issuer.http.post("/authorize", data={**issuer.asked(), "post": f"{RECEPTION}:reception:13366"})
    token = issuer.exchanged(code_in(chosen)).json()["access_token"]
    assert await issuer.principal(token) == PersonPrincipal(
        person=RECEPTION, carried_by="man-hinh", role=Role.RECEPTION, unit="13366"
    )


async def test_an_applicant_signs_in(issuer: Running) -> None:
    """Anybody may be an applicant under any code."""
    chosen = issuer.http.post("/authorize", data={**issuer.asked(), "applicant": "nguoi-nop-1"})
    token = issuer.exchanged(code_in(chosen)).json()["access_token"]
    assert await issuer.principal(token) == ApplicantPrincipal(applicant="nguoi-nop-1", carried_by="man-hinh")


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"person": "cb.nobody"},
        {"person": "<script>"},
        {"post": f"{RECEPTION}:signatory:13366"},
        {"post": f"{RECEPTION}:reception:13285"},
        {"post": "::"},
        {"applicant": "Nguyễn Văn A"},
        {"person": RECEPTION, "applicant": "x"},
    ],
)
def test_a_choice_that_the_page_does_not_offer_is_refused(issuer: Running, choice: dict[str, str]) -> None:
    """Unknown people, posts that somebody does not hold and names get no code."""
    assert issuer.http.post("/authorize", data={**issuer.asked(), **choice}).status_code == 400


def test_a_code_is_exchanged_once_by_the_program_that_asked(issuer: Running) -> None:
    """A code needs the verifier, the address and the client of its request, and works once."""

    def code() -> str:
        return code_in(issuer.http.post("/authorize", data={**issuer.asked(), "person": RECEPTION}))

    wrong: list[dict[str, str]] = [
        {"code_verifier": "x" * 43},
        {"code_verifier": ""},
        {"client_id": "another"},
        {"redirect_uri": "http://127.0.0.1:9000/"},
        {"code": "made-up"},
    ]
    for changes in wrong:
        refused = issuer.exchanged(**{"code": code(), **changes})
        assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})
    once = code()
    assert issuer.exchanged(once).status_code == 200
    assert issuer.exchanged(once).json() == {"error": "invalid_grant"}
    assert issuer.http.post("/token", data={"grant_type": "password"}).json() == {"error": "unsupported_grant_type"}
    assert issuer.http.post("/token", content=b"\xff").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        None,
        "https://dang-nhap.example/xong",
        "http://10.0.0.1/xong",
        "http://127.0.0.1.example/xong",
        "http://127.0.0.1@dang-nhap.example/",
        "javascript:alert(1)",
        "http://127.0.0.1:9000/#x",
        "http://[",
        "/xong",
    ],
)
def test_nobody_is_sent_to_another_machine(issuer: Running, address: str | None) -> None:
    """A code goes only to a program on this machine; a wrong address gets a page, not a redirect."""
    for answer in (
        issuer.http.get("/authorize", params=issuer.asked(redirect_uri=address)),
        issuer.http.post("/authorize", data={**issuer.asked(redirect_uri=address), "person": RECEPTION}),
    ):
        assert (answer.status_code, answer.headers.get("location")) == (400, None)
    gone = issuer.http.get("/end_session", params={} if address is None else {"post_logout_redirect_uri": address})
    assert (gone.status_code, gone.headers.get("location")) == (200, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"response_type": "token"},
        {"client_id": "<b>"},
        {"nonce": "n" * 501},
    ],
)
def test_a_program_that_asks_wrongly_is_told_so(issuer: Running, changes: dict[str, str | None]) -> None:
    """PKCE with S256 is required; the program gets `invalid_request` with its state."""
    answer = issuer.http.get("/authorize", params=issuer.asked(**changes))
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (query["error"], query["state"]) == (["invalid_request"], ["trạng thái <1>"])


def test_the_page_is_plain_and_escapes_what_it_is_given(issuer: Running) -> None:
    """Nothing on the page is active; the policy of its content allows only its style sheet and its forms."""
    nasty = '"><script>alert(1)</script>'
    page = issuer.http.get("/authorize", params={**issuer.asked(state=nasty), "letters": nasty, "unit": nasty})
    assert page.status_code == 200
    assert Forms(page.text).active == []
    assert "<script" not in page.text
    assert "Máy &lt;tiếp nhận&gt;" in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:9000;")
    assert "frame-ancestors 'none'" in policy
    assert issuer.http.get("/style.css").headers["content-type"].startswith("text/css")
    assert "đang vắng" in issuer.http.get("/authorize", params={**issuer.asked(), "unit": "", "letters": AWAY}).text


def test_the_first_page_lists_who_could_sign_in(issuer: Running) -> None:
    """It shows people by unit and role, and services, and signs nobody in."""
    page = issuer.http.get("/", params={"unit": "13366", "role": "clerk", "letters": ""})
    assert page.status_code == 200
    assert AWAY in page.text
    assert SERVICE in page.text
    forms = Forms(page.text)
    assert (forms.hidden, forms.buttons, forms.active) == ([{}], [], [])


def test_signing_out_leads_back_to_the_program(issuer: Running) -> None:
    """There is no session to end: the next sign-in asks again."""
    gone = issuer.http.get("/end_session", params={"post_logout_redirect_uri": "http://127.0.0.1:9/x", "state": "s"})
    assert (gone.status_code, gone.headers["location"]) == (303, "http://127.0.0.1:9/x?state=s")
    assert not issuer.http.cookies


async def test_a_service_signs_in_with_its_secret(issuer: Running) -> None:
    """By header or form; a wrong secret or an unknown service is refused."""
    form = {"grant_type": "client_credentials"}
    by_header = issuer.http.post("/token", data=form, auth=(SERVICE, SECRET))
    by_form = issuer.http.post("/token", data={**form, "client_id": SERVICE, "client_secret": SECRET})
    for answer in (by_header, by_form):
        assert await issuer.principal(answer.json()["access_token"]) == ServicePrincipal(service=SERVICE)
        assert "id_token" not in answer.json()
    for name, secret in ((SERVICE, "x"), (SERVICE, ""), ("another", SECRET), ("", SECRET), (RECEPTION, SECRET)):
        refused = issuer.http.post("/token", data=form, auth=(name, secret))
        assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})
    broken = issuer.http.post("/token", data=form, headers={"Authorization": "Basic !"})
    assert broken.status_code == 401


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
async def test_a_token_is_ordered_without_the_page(issuer: Running, algorithm: str) -> None:
    """For some minutes, with either kind of key; the answer names the posts of today."""
    answer = issuer.ordered(person=RECEPTION, minutes=5, algorithm=algorithm).json()
    assert (answer["expires_in"], answer["absent"]) == (300, False)
    post = {"unit": "13366", "unit_name": "Phường Hà Nam", "role": "reception"}
    assert [{name: held[name] for name in post} for held in answer["posts"]] == [post]
    await issuer.principal(answer["access_token"], minutes=5)
    with pytest.raises(NotAuthenticated, match="token_expired"):
        await issuer.principal(answer["access_token"], minutes=7)
    assert issuer.ordered(person=AWAY).json()["absent"] is True


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        ({}, 422, "sign_in_as_one"),
        ({"person": RECEPTION, "service": SERVICE}, 422, "sign_in_as_one"),
        ({"service": SERVICE, "role": "reception"}, 422, "sign_in_as_one"),
        ({"person": "cb.13366.reception.11"}, 404, "sign_in_unknown_person"),
        ({"person": RECEPTION, "role": "signatory"}, 422, "sign_in_post_not_held"),
        ({"person": RECEPTION, "unit": "13285"}, 422, "sign_in_post_not_held"),
        ({"service": "kiosk"}, 404, "sign_in_unknown_service"),
        ({"person": RECEPTION, "minutes": 0}, 422, "invalid_request"),
        ({"person": RECEPTION, "minutes": 1_441}, 422, "invalid_request"),
        ({"person": "Nguyễn Văn A"}, 422, "invalid_request"),
        ({"person": RECEPTION, "admin": True}, 422, "invalid_request"),
    ],
)
def test_an_order_that_fits_nobody_is_refused_with_help(
    issuer: Running, order: dict[str, Any], status: int, code: str
) -> None:
    """Unknown people are told with similar codes, posts with those that are held, services with those there are."""
    answer = issuer.ordered(**order)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    helps = {
        "sign_in_unknown_person": RECEPTION,
        "sign_in_post_not_held": "reception 13366",
        "sign_in_unknown_service": SERVICE,
    }
    assert helps.get(code, "") in answer.json()["message"]["vi"]


def test_a_page_of_another_site_cannot_use_the_issuer(issuer: Running) -> None:
    """What a browser sends for somebody else's page is refused: under another name for us, or from another origin."""
    order = {"person": RECEPTION}
    for headers in ({"Host": "rebound.example"}, {"Origin": "https://rebound.example"}, {"Origin": "null"}):
        assert issuer.http.post("/dev/token", json=order, headers=headers).status_code == 403
        form = {**issuer.asked(), "person": RECEPTION}
        assert issuer.http.post("/authorize", data=form, headers=headers).status_code == 403
        assert issuer.http.post("/dev/rotate", headers=headers).status_code == 403
    assert issuer.http.get("/keys", headers={"Host": "rebound.example"}).status_code == 403


async def test_a_rotation_keeps_the_last_keys_and_a_restart_keeps_all(province: Path, tmp_path: Path) -> None:
    """After one rotation older tokens are accepted, after two they are not. A private file keeps the keys."""
    with running(tmp_path, province) as issuer:
        first = issuer.ordered(person=RECEPTION).json()["access_token"]
        issuer.http.post("/dev/rotate")
        second = issuer.ordered(person=RECEPTION).json()["access_token"]
        await issuer.principal(first)
        published = issuer.http.get("/keys").json()
        assert len(published["keys"]) == 4
        assert not any({"d", "p", "q"} & key.keys() for key in published["keys"])
    with running(tmp_path, province) as issuer:
        assert issuer.http.get("/keys").json() == published
        issuer.http.post("/dev/rotate")
        kids = {key["kid"] for key in issuer.http.get("/keys").json()["keys"]}
        assert _kid(second) in kids
        assert _kid(first) not in kids
    assert (tmp_path / "keys" / "keys.json").stat().st_mode & 0o777 == 0o600


def _kid(token: str) -> str:
    head = token.split(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])
