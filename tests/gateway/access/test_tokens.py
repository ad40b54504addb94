"""Tests of access tokens against an issuer on a socket: who is accepted, and every forgery that is refused."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import OctKey, RSAKey
from starlette.responses import JSONResponse

from domain.roles import Role
from gateway.access.errors import NotAuthenticated
from gateway.access.issuer_policy import ClaimNames
from gateway.access.principals import ApplicantPrincipal, PersonPrincipal, ServicePrincipal
from gateway.access.tokens import TokenVerifier, open_verifier
from tests.support.issuers import (
    AUDIENCE,
    EC,
    ED,
    KEYS,
    NOW,
    RSA,
    STRANGER,
    Issuer,
    encoded,
    issuing,
    seconds,
    signed_as_written,
    signed_with_secret,
)


@pytest.fixture(scope="module")
async def issuer() -> AsyncIterator[Issuer]:
    """An issuer that no test of this module changes."""
    async with issuing() as answering:
        yield answering


@pytest.fixture(scope="module")
async def verifier(issuer: Issuer) -> AsyncIterator[TokenVerifier]:
    """A verifier of its tokens, as the API has one."""
    async with open_verifier(issuer.policy(algorithms=("RS256", "ES256", "Ed25519"))) as opened:
        yield opened


async def code_of(verifier: TokenVerifier, token: str) -> str:
    """The code with which a token is refused. No part of the token is repeated."""
    with pytest.raises(NotAuthenticated) as refused:
        await verifier.verify(token, NOW)
    told = json.dumps([refused.value.facts, refused.value.message.vi, refused.value.message.en])
    assert not any(part in told for part in token.split(".") if len(part) > 12)
    assert "cb.13285" not in told
    return refused.value.code


async def test_a_person_is_who_the_token_says(verifier: TokenVerifier, issuer: Issuer) -> None:
    """A person comes through a program, with all posts or for one only."""
    assert await verifier.verify(issuer.token(), NOW) == PersonPrincipal(
        person="cb.13285.reception.1", carried_by="man-hinh"
    )
    narrowed = await verifier.verify(issuer.token(role="reception", unit="13285"), NOW)
    assert narrowed == PersonPrincipal(
        person="cb.13285.reception.1", carried_by="man-hinh", role=Role.RECEPTION, unit="13285"
    )


async def test_a_service_is_its_client(verifier: TokenVerifier, issuer: Issuer) -> None:
    """A service is named by its client id, or by `azp`; its subject may be an internal number of the issuer."""
    made = issuer.token(principal_kind="service", client_id="dich-vu-ho-tich", sub="7|x")
    assert await verifier.verify(made, NOW) == ServicePrincipal(service="dich-vu-ho-tich")
    older = issuer.token(principal_kind="service", client_id=None, azp="dich-vu-ho-tich")
    assert await verifier.verify(older, NOW) == ServicePrincipal(service="dich-vu-ho-tich")


async def test_an_applicant_is_an_identifier(verifier: TokenVerifier, issuer: Issuer) -> None:
    """An applicant has the issuer's identifier, and may come without a named program."""
    made = issuer.token(principal_kind="applicant", sub="nd-9f2", client_id=None)
    assert await verifier.verify(made, NOW) == ApplicantPrincipal(applicant="nd-9f2")


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256"), (ED, "Ed25519")])
async def test_each_kind_of_key_is_verified(verifier: TokenVerifier, issuer: Issuer, key: Any, algorithm: str) -> None:
    """RSA, elliptic curves and Edwards curves are verified; so is an audience in a list."""
    await verifier.verify(issuer.token(key, algorithm, aud=["other", AUDIENCE]), NOW)


def _tampered(issuer: Issuer) -> str:
    head, _, signature = issuer.token().split(".")
    return f"{head}.{encoded(issuer.claims(sub='cb.TTPVHCC.operator.1'))}.{signature}"


def _with_its_own_key(issuer: Issuer) -> str:
    """A header that brings the key to verify with."""
    return issuer.token(STRANGER, header={"jwk": STRANGER.as_dict(private=False), "jku": issuer.url})


SIGNATURE_WRONG: dict[str, Callable[[Issuer], str]] = {
    "another key under the issuer's id": lambda issuer: issuer.token(STRANGER),
    "a key in the header": _with_its_own_key,
    "other claims under the signature": _tampered,
    "no algorithm and no signature": lambda i: f"{encoded({'alg': 'none', 'kid': 'rsa-1'})}.{encoded(i.claims())}.",
    "no algorithm with a signature": lambda i: f"{encoded({'alg': 'none', 'kid': 'rsa-1'})}.{encoded(i.claims())}.AAAA",
    "no algorithm in capitals": lambda i: f"{encoded({'alg': 'NONE', 'kid': 'rsa-1'})}.{encoded(i.claims())}.",
    "HS256 with the public key as PEM": lambda i: signed_with_secret(i.claims(), RSA.as_pem(private=False)),
    "HS256 with the public key as DER": lambda i: signed_with_secret(i.claims(), RSA.as_der(private=False)),
    "HS256 with the modulus": lambda i: signed_with_secret(i.claims(), str(RSA.as_dict(private=False)["n"]).encode()),
    "an allowed algorithm of another key": lambda i: i.token(EC, "ES256", header={"kid": "rsa-1"}),
    "an algorithm that is not allowed": lambda i: i.token(
        RSAKey.import_key(RSA.as_dict(private=True) | {"alg": "PS256"}), "PS256"
    ),
    "an empty signature": lambda i: i.token().rpartition(".")[0] + ".",
    "half a signature": lambda i: i.token()[:-172],
}


@pytest.mark.parametrize("forgery", SIGNATURE_WRONG)
async def test_a_signature_that_is_not_the_issuer_s_is_refused(
    verifier: TokenVerifier, issuer: Issuer, forgery: str
) -> None:
    """Only a signature of the published key, in its own allowed algorithm, counts."""
    assert await code_of(verifier, SIGNATURE_WRONG[forgery](issuer)) == "token_signature_wrong"


def _raw(header: object, claims: object) -> str:
    return f"{encoded(header)}.{encoded(claims)}.AAAA"


HEAD = {"alg": "RS256", "kid": "rsa-1"}
MALFORMED = {
    "empty": "",
    "words": "xin chào",
    "one part": encoded(HEAD),
    "two parts": f"{encoded(HEAD)}.{encoded({})}",
    "four parts": f"{_raw(HEAD, {})}.AAAA",
    "encrypted": f"{_raw(HEAD, {})}.AAAA.AAAA",
    "padded": f"{encoded(HEAD)}==.{encoded({})}.AAAA",
    "a space": f" {_raw(HEAD, {})}",
    "a line break": f"{_raw(HEAD, {})}\n",
    "other digits": _raw(HEAD, {}) + "٣",
    "not base64": f"{encoded(HEAD)}.A.AAAA",
    "not canonical base64": f"{encoded(HEAD)}.{encoded('{}')[:-1]}1.AAAA",
    "not UTF-8": _raw(HEAD, b"\xff\xfe"),
    "not JSON": _raw(HEAD, "{"),
    "a list": _raw(HEAD, []),
    "a header that is a list": _raw([], {}),
    "a header twice": _raw('{"alg":"RS256","alg":"none","kid":"rsa-1"}', {}),
    "a claim twice": _raw(HEAD, '{"sub":"a","sub":"b"}'),
    "a claim twice, escaped": _raw(HEAD, '{"sub":"a","\\u0073ub":"b"}'),
    "NaN": _raw(HEAD, '{"exp":NaN}'),
    "infinity": _raw(HEAD, '{"exp":1e999}'),
    "deep": _raw(HEAD, "[" * 60 + "]" * 60),
    "huge": _raw(HEAD, {"x": "a" * 9_000}),
    "a number of 5,000 digits": _raw(HEAD, '{"exp":' + "9" * 5_000 + "}"),
    "no algorithm named": _raw({"kid": "rsa-1"}, {}),
    "an algorithm that is a list": _raw({"alg": ["RS256"], "kid": "rsa-1"}, {}),
    "a critical extension": _raw({**HEAD, "crit": ["exp"], "exp": 1}, {}),
    "a payload that is not encoded": _raw({**HEAD, "b64": False, "crit": ["b64"]}, {}),
}


@pytest.mark.parametrize("form", MALFORMED)
async def test_a_text_that_is_no_token_is_refused(verifier: TokenVerifier, form: str) -> None:
    """A text with two readings, or with none, is refused before anything in it is used."""
    assert await code_of(verifier, MALFORMED[form]) == "token_malformed"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=60), st.binary(max_size=40).map(lambda some: _raw(HEAD, some))))
def test_no_text_is_accepted_or_breaks_the_reader(text: str) -> None:
    """Any text is answered with a refusal, never with another error."""

    async def read() -> None:
        async with open_verifier(Issuer("http://127.0.0.1:9").policy()) as verifier:
            with pytest.raises(NotAuthenticated):
                await verifier.verify(text, NOW)

    asyncio.run(read())


ANOTHER = {"iss": "https://dang-nhap.example"}
CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": (ANOTHER, "token_issuer_wrong"),
    "no issuer": ({"iss": None}, "token_issuer_wrong"),
    "an issuer in a list": ({"iss": ["x"]}, "token_issuer_wrong"),
    "another audience": ({"aud": "another-api"}, "token_audience_wrong"),
    "other audiences": ({"aud": ["a", "b"]}, "token_audience_wrong"),
    "part of the audience": ({"aud": AUDIENCE[:-1]}, "token_audience_wrong"),
    "no audience": ({"aud": None}, "token_audience_wrong"),
    "an audience that is an object": ({"aud": {AUDIENCE: 1}}, "token_audience_wrong"),
    "no end": ({"exp": None}, "token_claims_wrong"),
    "an end in words": ({"exp": "soon"}, "token_claims_wrong"),
    "an end that is true": ({"exp": True}, "token_claims_wrong"),
    "an end after all years": ({"exp": 10**30}, "token_claims_wrong"),
    "an end before 1970": ({"exp": -1}, "token_claims_wrong"),
    "no time of issue": ({"iat": None}, "token_claims_wrong"),
    "a time of issue in words": ({"iat": "now"}, "token_claims_wrong"),
    "a beginning in words": ({"nbf": "now"}, "token_claims_wrong"),
    "a life of a year": ({"exp": seconds(NOW + timedelta(days=365))}, "token_claims_wrong"),
    "no kind": ({"principal_kind": None}, "token_claims_wrong"),
    "an unknown kind": ({"principal_kind": "admin"}, "token_claims_wrong"),
    "the account of the machine": ({"principal_kind": "machine_account"}, "token_claims_wrong"),
    "a kind in a list": ({"principal_kind": ["person"]}, "token_claims_wrong"),
    "no subject": ({"sub": None}, "token_claims_wrong"),
    "a number as subject": ({"sub": 7}, "token_claims_wrong"),
    "a name as subject": ({"sub": "Nguyễn Văn A"}, "token_claims_wrong"),
    "a subject with spaces around it": ({"sub": " cb.1 "}, "token_claims_wrong"),
    "a subject with NUL": ({"sub": "cb\x00"}, "token_claims_wrong"),
    "a subject of 65 letters": ({"sub": "a" * 65}, "token_claims_wrong"),
    "a program that is no code": ({"client_id": "https://x/y"}, "token_claims_wrong"),
    "a service without a program": ({"principal_kind": "service", "client_id": None}, "token_claims_wrong"),
    "an unknown role": ({"role": "king"}, "token_claims_wrong"),
    "the role of the engine": ({"role": "system"}, "token_claims_wrong"),
    "an applicant's role for a person": ({"role": "applicant"}, "token_claims_wrong"),
    "roles in a list": ({"role": ["reception"]}, "token_claims_wrong"),
    "a unit that is none": ({"unit": ""}, "token_claims_wrong"),
}


@pytest.mark.parametrize("case", CLAIMS)
async def test_claims_that_are_missing_or_wrong_are_refused(verifier: TokenVerifier, issuer: Issuer, case: str) -> None:
    """A token of the right issuer with a claim that is missing, of another type or out of bounds is refused."""
    changes, code = CLAIMS[case]
    assert await code_of(verifier, issuer.token(**changes)) == code


ENDS = NOW + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (timedelta(minutes=10, seconds=59), None),
        (timedelta(minutes=11), "token_expired"),
        (timedelta(days=400), "token_expired"),
        (-timedelta(seconds=60), None),
        (-timedelta(seconds=61), "token_not_yet_valid"),
    ],
)
async def test_the_clocks_may_differ_by_the_configured_seconds(
    verifier: TokenVerifier, issuer: Issuer, after: timedelta, code: str | None
) -> None:
    """A token of ten minutes is accepted from sixty seconds before its issue to sixty seconds after its end."""
    token = issuer.token()
    if code is None:
        await verifier.verify(token, NOW + after)
        return
    with pytest.raises(NotAuthenticated, match=code):
        await verifier.verify(token, NOW + after)


async def test_a_token_is_valid_from_its_beginning(verifier: TokenVerifier, issuer: Issuer) -> None:
    """`nbf` counts besides the time of issue."""
    begins = NOW + timedelta(minutes=5)
    token = issuer.token(nbf=seconds(begins))
    assert await code_of(verifier, token) == "token_not_yet_valid"
    await verifier.verify(token, begins - timedelta(seconds=60))


async def test_without_skew_the_last_second_decides(issuer: Issuer) -> None:
    """With a skew of 0 a token ends exactly at its end."""
    async with open_verifier(issuer.policy(skew_seconds=0)) as verifier:
        await verifier.verify(issuer.token(), ENDS - timedelta(seconds=1))
        with pytest.raises(NotAuthenticated, match="token_expired"):
            await verifier.verify(issuer.token(), ENDS)


OTHER_TOKENS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a hash of an access token": ({"typ": "JWT"}, {"at_hash": "x"}),
    "a hash of a code": ({"typ": "at+jwt"}, {"c_hash": "x"}),
    "a nonce": ({"typ": "JWT"}, {"nonce": "x"}),
    "a nonce without a type": ({"typ": None}, {"nonce": "x"}),
    "Keycloak's ID token": ({"typ": "JWT"}, {"typ": "ID"}),
    "Keycloak's refresh token": ({"typ": "JWT"}, {"typ": "Refresh"}),
    "a logout token": ({"typ": "logout+jwt"}, {}),
    "a logout event": ({"typ": "JWT"}, {"events": {}}),
    "a proof of possession": ({"typ": "dpop+jwt"}, {}),
    "a type that is a list": ({"typ": ["JWT"]}, {}),
}


@pytest.mark.parametrize("case", OTHER_TOKENS)
async def test_another_kind_of_token_is_refused(verifier: TokenVerifier, issuer: Issuer, case: str) -> None:
    """An ID token, a refresh token or a logout token of the same issuer opens nothing."""
    header, claims = OTHER_TOKENS[case]
    assert await code_of(verifier, _unchecked(issuer, header, claims)) == "token_not_for_access"


def _unchecked(issuer: Issuer, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return signed_as_written({**HEAD, **header}, issuer.claims(**claims))


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": None}, {"typ": "AT+JWT"}, {"typ": "application/at+jwt"}])
async def test_the_types_of_an_access_token_are_accepted(
    verifier: TokenVerifier, issuer: Issuer, header: dict[str, Any]
) -> None:
    """RFC 9068's type, `JWT` and no type are accepted; Keycloak's `typ: Bearer` may have a nonce."""
    await verifier.verify(_unchecked(issuer, header, {}), NOW)
    await verifier.verify(_unchecked(issuer, header, {"typ": "Bearer", "nonce": "x"}), NOW)


@pytest.mark.parametrize("header", [{"kid": None}, {"kid": 7}, {"kid": ""}, {"kid": "a" * 201}, {"kid": "unknown"}])
async def test_a_key_without_a_known_id_is_refused(
    verifier: TokenVerifier, issuer: Issuer, header: dict[str, Any]
) -> None:
    """A token names its key; no key is tried that it does not name."""
    assert await code_of(verifier, _unchecked(issuer, header, {})) == "token_key_unknown"


@asynccontextmanager
async def publishing(
    *keys: Any, entries: tuple[dict[str, Any], ...] = ()
) -> AsyncIterator[tuple[Issuer, TokenVerifier]]:
    """An issuer with these keys, and a verifier of its tokens."""
    async with issuing() as issuer:
        issuer.published = list(keys)

        async def key_set() -> JSONResponse:
            return JSONResponse({"keys": [*issuer.key_set["keys"], *entries]})

        issuer.answers[KEYS] = key_set
        async with open_verifier(issuer.policy()) as verifier:
            yield issuer, verifier


with warnings.catch_warnings(action="ignore"):
    SHORT = RSAKey.generate_key(1024, {"kid": "short", "alg": "RS256"})
FOR_ENCRYPTION = RSAKey.generate_key(2048, {"kid": "enc", "use": "enc"})
UNUSABLE: tuple[dict[str, Any], ...] = (
    {},
    {"kty": "RSA", "kid": "no-numbers"},
    {"kty": "RSA", "kid": "bad-numbers", "n": "!", "e": "AQAB"},
    {"kty": "EC", "kid": "off-curve", "crv": "P-256", "x": "AAAA", "y": "AAAA"},
    {"kty": "future", "kid": "future"},
    {"kty": 7, "kid": 7},
    OctKey.generate_key(256, {"kid": "secret"}).as_dict(private=True),
    {**STRANGER.as_dict(private=True), "kid": "private"},
)


async def test_keys_that_are_not_safe_are_left_out() -> None:
    """Short keys, keys for encryption, secrets, published private keys and broken entries verify nothing; others do."""
    async with publishing(RSA, SHORT, FOR_ENCRYPTION, entries=UNUSABLE) as (issuer, verifier):
        await verifier.verify(issuer.token(), NOW)
        for key in (SHORT, FOR_ENCRYPTION, RSAKey.import_key(STRANGER.as_dict(private=True), {"kid": "private"})):
            made = signed_as_written({"alg": "RS256", "kid": key.kid}, issuer.claims(), key)
            assert await code_of(verifier, made) == "token_key_unknown"


async def test_a_claim_may_have_another_name(issuer: Issuer) -> None:
    """An issuer that cannot be changed names kind, code and program in its own claims."""
    names = ClaimNames(kind="loai", identifier="ma_can_bo", client=("ung_dung",), role="vai_tro", unit="don_vi")
    async with open_verifier(issuer.policy(claims=names)) as verifier:
        made = issuer.token(loai="person", ma_can_bo="cb.1", ung_dung="man-hinh", principal_kind="service", role="king")
        assert await verifier.verify(made, NOW) == PersonPrincipal(person="cb.1", carried_by="man-hinh")
