"""Tests of a whole stack that callers sign in to: what a good token reaches, and what it no longer reaches."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.command_line import CHECKOUT, CommandLine, submission
from tests.support.issuers import Issuer, signed_with_secret
from tests.support.plain_http import NO_TLS
from tests.support.waiting import wait_until
from tools.issuer.issued_tokens import TokenMaker
from tools.issuer.sign_in import SignIn
from tools.issuer.signing_keys import SigningKeys
from tools.local_stack import control
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.secrets import ISSUER_FOLDER
from tools.local_stack.settings_file import AUDIENCE
from tools.local_stack.stack import temporary_folder
from workers.settings import load_settings, variable

pytestmark = [pytest.mark.stack, pytest.mark.slow]

AWAY, DESK, ELSEWHERE = "cb.13285.clerk.1", "cb.13285.reception.1", "cb.13786.reception.1"
SERVICES = """services:
  - {code: kiosk, name: Máy, roles: [reception], units: ["13285"], source: QĐ 1}
  - {code: kiosk-cu, name: Máy cũ, roles: [reception], units: ["13285"], valid_to: 2026-01-31, source: QĐ 2}
"""


@dataclass(frozen=True)
class SignedInStack:
    """A running stack of a province of its own, with one dossier of Phủ Lý and Hà Nam."""

    luongxanh: CommandLine
    people: Path
    api: str
    issuer: str
    dossier: str

    def token(self, *who: str) -> str:
        """A token of the stack's issuer."""
        ran = self.luongxanh("dev", "token", *who)
        assert ran.code == 0, ran.err
        return ran.out.strip()

    def read(self, token: str) -> tuple[int, str]:
        """The status of reading the dossier with a token, and the code of the refusal."""
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.api}/v1/dossiers/{self.dossier}"
        answer = httpx2.get(url, headers=headers, timeout=30, trust_env=False, verify=NO_TLS)
        return answer.status_code, "" if answer.is_success else answer.json()["code"]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedInStack]:
    """Ninh Bình with two services, one of which is no longer trusted, and somebody who is away."""
    province = tmp_path_factory.mktemp("tinh") / "ninh-binh"
    shutil.copytree(CHECKOUT / "deploy" / "ninh-binh", province)
    people = province / "people.yaml"
    away = f"absences: [{{person: {AWAY}, began: '2026-01-01T00:00+07:00', ground: nghỉ phép}}]\n"
    text = people.read_text(encoding="utf-8").replace("\nabsences: []\n", f"\n{away}")
    people.write_text(text.replace("\nservices: []\n", f"\n{SERVICES}"), encoding="utf-8")
    with temporary_folder() as folder, ends_with_this_process(folder), pytest.MonkeyPatch.context() as patched:
        patched.setenv(variable("province_folder"), str(province))
        control.up(load_settings(stack_folder=folder), announce=silently)
        luongxanh = CommandLine(folder)
        dossier = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
        urls = {one.name: one.addresses.get("http", "") for one in control.status(folder).components}
        yield SignedInStack(luongxanh, people, urls["api"], urls["issuer"], dossier)
        control.reset(folder, announce=silently)


def test_who_may_see_a_dossier_sees_it(stack: SignedInStack) -> None:
    """The desk that received it, and a service of that desk by its own credentials."""
    assert stack.read(stack.token("--person", DESK)) == (200, "")
    assert stack.read(stack.token("--person", DESK, "--role", "reception", "--unit", "13285")) == (200, "")
    assert stack.read(stack.token("--service", "kiosk")) == (200, "")
    secret = (stack.luongxanh.folder / "secrets" / "service-secret").read_text(encoding="ascii")
    form = {"grant_type": "client_credentials"}
    granted = httpx2.post(
        f"{stack.issuer}/token", data=form, auth=("kiosk", secret), trust_env=False, verify=NO_TLS
    ).json()
    assert stack.read(granted["access_token"]) == (200, "")


def test_another_unit_s_dossier_looks_like_none(stack: SignedInStack) -> None:
    """A desk that has nothing to do with the dossier, and another applicant, are told that there is none."""
    assert stack.read(stack.token("--person", ELSEWHERE)) == (404, "unknown_dossier")
    assert stack.read(stack.token("--applicant", "nguoi-khac")) == (404, "unknown_dossier")


def test_who_is_away_or_no_longer_trusted_is_refused(stack: SignedInStack) -> None:
    """The issuer signs them in, since it knows only who they are; the API knows what they are today."""
    assert stack.read(stack.token("--person", AWAY)) == (403, "person_absent")
    assert stack.read(stack.token("--service", "kiosk-cu")) == (403, "service_revoked")


def test_a_service_that_is_revoked_while_its_token_lives_is_refused(stack: SignedInStack) -> None:
    """The next request after the change of people.yaml counts, not the end of the token."""
    token = stack.token("--service", "kiosk")
    assert stack.read(token) == (200, "")
    text = stack.people.read_text(encoding="utf-8")
    revoked = text.replace(
        'name: Máy, roles: [reception], units: ["13285"]',
        'name: Máy, roles: [reception], units: ["13285"], valid_to: 2026-02-01',
    )
    stack.people.write_text(revoked, encoding="utf-8")
    try:
        wait_until(lambda: stack.read(token) == (403, "service_revoked"), "the service is revoked", 30)
    finally:
        stack.people.write_text(text, encoding="utf-8")
    wait_until(lambda: stack.read(token) == (200, ""), "the service is trusted again", 30)


def test_forged_tokens_are_refused_by_the_api(stack: SignedInStack) -> None:
    """`alg: none`, HS256 with the published key, another key under its id, another issuer, no signature."""
    keys = httpx2.get(f"{stack.issuer}/keys", trust_env=False, verify=NO_TLS).json()["keys"]
    public = next(key for key in keys if key["kty"] == "RSA")
    now = datetime.now(UTC)
    forger = Issuer(stack.issuer)
    good: dict[str, Any] = {
        "sub": DESK,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
    }
    by_secret = signed_with_secret(forger.claims(**good), str(public["n"]).encode(), public["kid"])
    assert stack.read(by_secret) == (401, "token_signature_wrong")
    assert stack.read(forger.token(header={"kid": public["kid"]}, **good)) == (401, "token_signature_wrong")
    assert stack.read(forger.token(**good)) == (401, "token_key_unknown")
    assert stack.read(forger.token(header={"kid": public["kid"]}, iss="https://x.example")) == (
        401,
        "token_issuer_wrong",
    )
    head, claims, _ = stack.token("--person", DESK).split(".")
    assert stack.read(f"{head}.{claims}.") == (401, "token_signature_wrong")
    assert stack.read(f"eyJhbGciOiJub25lIiwia2lkIjoieCJ9.{claims}.") == (401, "token_signature_wrong")


def test_tokens_of_the_issuer_that_are_not_for_now_and_here_are_refused_by_the_api(stack: SignedInStack) -> None:
    """The signature is right, and yet: for another API, expired, of tomorrow, too long a life, an ID token."""
    maker = TokenMaker(stack.issuer, AUDIENCE, SigningKeys(stack.luongxanh.folder / ISSUER_FOLDER))
    who, client, now = SignIn(person=DESK).claims, "man-hinh", datetime.now(UTC)
    good = maker.access_token(who, client, now)
    assert stack.read(good) == (200, "")
    elsewhere = replace(maker, audience="another-api").access_token(who, client, now)
    assert stack.read(elsewhere) == (401, "token_audience_wrong")
    assert stack.read(maker.access_token(who, client, now - timedelta(hours=2))) == (401, "token_expired")
    assert stack.read(maker.access_token(who, client, now + timedelta(days=1))) == (401, "token_not_yet_valid")
    assert stack.read(maker.access_token(who, client, now, timedelta(days=365))) == (401, "token_claims_wrong")
    assert stack.read(maker.id_token(who, client, now, "n-1", good)) == (401, "token_not_for_access")


def test_a_rotation_of_keys_needs_no_restart(stack: SignedInStack) -> None:
    """A token of a new key is accepted as soon as the issuer may be asked again; one of the old key stays accepted."""
    old = stack.token("--person", DESK)
    assert stack.read(old) == (200, "")
    httpx2.post(f"{stack.issuer}/dev/rotate", trust_env=False, verify=NO_TLS).raise_for_status()
    new = stack.token("--person", DESK)
    wait_until(lambda: stack.read(new) == (200, ""), "the new key is known", 60)
    assert stack.read(old) == (200, "")
