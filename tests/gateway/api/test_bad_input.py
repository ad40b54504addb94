"""Tests of requests at their worst: each gets a problem with a code, and nothing changes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from gateway.access.principals import ApplicantPrincipal
from tests.support.api_under_test import ApiUnderTest, open_api, submission_body
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, DESK

pytestmark = pytest.mark.stack

BODY = submission_body()
DEEP = "[" * 100 + "]" * 100
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "not JSON": b"{",
    "not UTF-8": b'{"procedure": "\xff"}',
    "a list": b"[]",
    "null": b"null",
    "a number": b"7",
    "NaN": b'{"procedure": NaN}',
    "a number without end": b'{"case": ' + b"9" * 5_000 + b"}",
    "100 deep": f'{{"matter": {DEEP}}}'.encode(),
    "a key twice": b'{"procedure": "1", "procedure": "2"}',
    "an unknown field": json.dumps({**BODY, "admin": True}).encode(),
    "a control character": json.dumps({**BODY, "note": "a\x07b"}).encode(),
    "a bidi character": json.dumps({**BODY, "note": "a\u202eb"}).encode(),
    "a lone surrogate": b'{"note": "\\ud800"}',
    "a script for a code": json.dumps({**BODY, "procedure": "<script>alert(1)</script>"}).encode(),
    "a huge text": json.dumps({**BODY, "note": "x" * 5_000}).encode(),
    "a negative case": json.dumps({**BODY, "case": -1}).encode(),
    "a boolean for a number": json.dumps({**BODY, "case": True}).encode(),
}
OF_FIELDS: tuple[Any, ...] = (None, "", 7, [], {}, True, "\x00", "x" * 10_000, "Nguyễn\u0000An", -1, 1e308)


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness) as api:
            yield api


async def count(api: ApiUnderTest) -> int:
    events: int = await api.harness.pool.fetchval("select count(*) from event")
    return events


@pytest.mark.parametrize("kind", BODIES)
async def test_a_body_that_is_none(api: ApiUnderTest, kind: str) -> None:
    """The problem names what is wrong, repeats nothing of the body, and nothing is written."""
    before = await count(api)
    headers = {"Idempotency-Key": uuid4().hex, "Content-Type": "application/json"}
    refused = await api.ask("POST", "/v1/dossiers", CITIZEN, content=BODIES[kind], headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request"), refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert "alert(1)" not in refused.text
    assert ".." not in refused.json()["detail"]
    assert await count(api) == before


@pytest.mark.parametrize("field", BODY)
async def test_every_field_at_its_worst(api: ApiUnderTest, field: str) -> None:
    """A field that is absent, null, empty, of another type or hostile is refused, or means its default."""
    for value in OF_FIELDS:
        answer = await api.post("/v1/dossiers", CITIZEN, {**BODY, field: value})
        assert answer.status_code in (201, 404, 409, 422), (field, value, answer.text)
        assert answer.status_code == 201 or answer.json()["code"], (field, value)
    absent = await api.post("/v1/dossiers", CITIZEN, {name: value for name, value in BODY.items() if name != field})
    assert absent.status_code in (201, 409, 422)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 400, "idempotency_key_missing"),
        ({"Idempotency-Key": ""}, 400, "idempotency_key_missing"),
        ({"Idempotency-Key": "x" * 10_000}, 400, "header_invalid"),
        ({"Idempotency-Key": "a b"}, 400, "header_invalid"),
        ({"Idempotency-Key": "k1", "Content-Type": "text/plain"}, 415, "content_type_unsupported"),
        (
            {"Idempotency-Key": "k2", "Content-Type": "application/json; charset=latin-1"},
            415,
            "content_type_unsupported",
        ),
        ({"Idempotency-Key": "k3", "Content-Type": "application/xml"}, 415, "content_type_unsupported"),
    ],
)
async def test_a_header_that_cannot_be_used(api: ApiUnderTest, headers: dict[str, str], status: int, code: str) -> None:
    """A key that is absent, too long or unreadable, and a body in another form, are refused before anything is read."""
    given = {"Content-Type": "application/json", **headers}
    refused = await api.ask("POST", "/v1/dossiers", CITIZEN, content=json.dumps(BODY), headers=given)
    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text


@pytest.mark.parametrize("tag", ["7", '"x"', 'W/"7"', '"7", "8"', '"99999999999999999999"', "\x7f", '"-1"'])
async def test_a_version_that_cannot_be_read(api: ApiUnderTest, tag: str) -> None:
    """A malformed If-Match is refused, and never taken for none."""
    code = await api.submit(CITIZEN)
    refused = await api.act(code, DESK, "accept", If_Match=tag)
    assert (refused.status_code, refused.json()["code"]) == (400, "header_invalid")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/dossiers/%00", 404, "dossier_code_unreadable"),
        ("/v1/dossiers/" + "9" * 300, 422, "invalid_request"),
        ("/v1/dossiers/..%2f..%2fetc", 404, "path_unknown"),
        ("/v1/dossiers/%ff%fe", 404, "dossier_code_unreadable"),
        ("/v2/dossiers", 404, "version_unsupported"),
        ("/v1/nothing", 404, "path_unknown"),
        ("/", 404, "path_unknown"),
        ("/v1/dossiers/H42.1-250101-0001/history?limit=1000000", 422, "invalid_request"),
        ("/v1/dossiers/H42.1-250101-0001/history?after=-1", 422, "invalid_request"),
        ("/v1/dossiers/H42.1-250101-0001/history?after=x", 422, "invalid_request"),
    ],
)
async def test_a_path_that_leads_nowhere(api: ApiUnderTest, path: str, status: int, code: str) -> None:
    """An address that does not exist, a code that is none, and a page out of bounds are refused with a code."""
    refused = await api.ask("GET", path, CITIZEN)
    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text


async def test_the_type_of_a_problem_is_an_address(api: ApiUnderTest) -> None:
    """The type of a problem is the address at which its code is explained; an unknown code is a problem itself."""
    refused = (await api.ask("GET", "/v1/dossiers/H42.1-250101-0001", CITIZEN)).json()
    meaning = await api.ask("GET", refused["type"])
    assert (meaning.status_code, meaning.json()["code"]) == (200, "unknown_dossier")
    assert "{dossier}" in meaning.json()["sentence"]["vi"]
    unknown = await api.ask("GET", "/v1/problems/nothing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "problem_code_unknown")


async def test_a_method_that_is_not_taken(api: ApiUnderTest) -> None:
    """The problem comes with the methods that the address takes."""
    refused = await api.ask("PUT", "/v1/dossiers", CITIZEN)
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    assert refused.headers["allow"] == "POST"


async def test_a_name_in_other_letters_is_the_same_name(api: ApiUnderTest) -> None:
    """A name typed in NFD is accepted: keyboards differ."""
    applicant = {**BODY["applicant"], "name": "Nguyễn Văn An"}
    assert (await api.post("/v1/dossiers", CITIZEN, {**BODY, "applicant": applicant})).status_code == 201


async def test_two_authorizations_are_none(api: ApiUnderTest) -> None:
    """Two headers would have two readings."""
    token = api.tokens.give(ApplicantPrincipal(applicant=CITIZEN.person))
    headers = [("Authorization", f"Bearer {token}"), ("Authorization", "Bearer x")]
    refused = await api.http.get(f"{api.url}/v1/dossiers/H42.1-250101-0001", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (401, "token_missing")
