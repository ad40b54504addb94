"""Walks the table of permissions over HTTP: every operation, by every role, within its reach and elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from temporalio.testing import WorkflowEnvironment

from domain.organisation.people import Service
from domain.roles import MACHINES, Role
from gateway.access.permissions import ON_PAGES, PERMISSIONS, Reach
from gateway.access.principals import ApplicantPrincipal, PersonPrincipal, Principal, ServicePrincipal
from gateway.access.rates import Quota
from gateway.api.document import operations
from gateway.api.parts import ApiPolicy
from tests.support.api_document import api_document
from tests.support.api_under_test import ApiUnderTest, open_api, submission_body
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, STRANGER
from tests.support.small_province import ACTING, HA_NAM, PHU_LY, people

pytestmark = [pytest.mark.stack, pytest.mark.slow]

DOCUMENT = api_document()
SIGNED_IN = {one["operationId"]: (method, path, one) for method, path, one in operations(DOCUMENT) if one["security"]}
UNCOUNTED = ApiPolicy(public=Quota(requests=1_000_000, seconds=60))
"""The walk asks everything as nobody, from one address."""
ROLES = sorted(frozenset(Role) - MACHINES)
STAFF = [role for role in ROLES if role is not Role.APPLICANT]


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness, UNCOUNTED) as api:
            persons = tuple((f"walk.{role}", role, HA_NAM) for role in STAFF)
            services = tuple(
                Service(
                    code=f"service.{role}",
                    name="Dịch vụ",
                    roles=(role,),
                    units=(HA_NAM,),
                    personal_data=True,
                    source="QĐ 1",
                )
                for role in STAFF
            )
            by_entry = Service(code="service.events", name="Dịch vụ", events=True, source="QĐ 1")
            staff = people(*ACTING, *persons)
            harness.staff = staff.model_copy(update={"services": (*services, by_entry)})
            yield api


@pytest.fixture(scope="module")
async def within(api: ApiUnderTest) -> str:
    """A dossier of a citizen, received by ward Hà Nam."""
    return await api.submit(CITIZEN, received_by=HA_NAM)


@pytest.fixture(scope="module")
async def elsewhere(api: ApiUnderTest) -> str:
    """A dossier of somebody else, in which ward Hà Nam has no part."""
    return await api.submit(STRANGER, received_by=PHU_LY, matter={"territory": PHU_LY})


def test_the_table_has_exactly_the_operations_that_need_a_sign_in() -> None:
    """Each operation that needs a sign-in has a row, and each row an operation, of the API or of pages alone."""
    assert set(SIGNED_IN) == set(PERMISSIONS) - set(ON_PAGES)
    assert not set(SIGNED_IN) & set(ON_PAGES)


def principals_of(role: Role) -> list[Principal]:
    if role is Role.APPLICANT:
        return [ApplicantPrincipal(applicant=CITIZEN.person)]
    return [PersonPrincipal(person=f"walk.{role}"), ServicePrincipal(service=f"service.{role}")]


async def answer(api: ApiUnderTest, operation: str, code: str, by: Principal | None) -> Any:
    """Sends the example of the document, as this caller."""
    method, path, one = SIGNED_IN[operation]
    content = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    example = submission_body(received_by=HA_NAM) if operation == "submit_dossier" else content.get("example")
    address = path.replace("{code}", code).replace("{channel}", "sms")
    if "text/event-stream" in one["responses"].get("200", {}).get("content", {}):
        return await _head_of_stream(api, address, by)
    if method == "post":
        return await api.post(address, by, example)
    return await api.ask(method.upper(), address, by, **({} if example is None else {"json": example}))


async def _head_of_stream(api: ApiUnderTest, address: str, by: Principal | None) -> Any:
    """The answer without the stream, which lasts for minutes; a refusal with its problem."""
    headers = {"Authorization": f"Bearer {api.tokens.give(by)}"} if by else {}
    async with api.http.stream("GET", f"{api.url}{address}", headers=headers) as begun:
        if begun.status_code != 200:
            await begun.aread()
            return begun
        return httpx2.Response(200, json={})


@pytest.mark.parametrize("operation", sorted(SIGNED_IN))
async def test_every_role(api: ApiUnderTest, within: str, elsewhere: str, operation: str) -> None:
    """A role of the row passes on a dossier within its reach, and finds none elsewhere; every other role is refused."""
    permission = PERMISSIONS[operation]
    of_a_dossier = "{code}" in SIGNED_IN[operation][1]
    for role in ROLES:
        for by in principals_of(role):
            refused = await answer(api, operation, within, by)
            if role not in permission.roles or (permission.entry and isinstance(by, ServicePrincipal)):
                assert (refused.status_code, refused.json()["code"]) == (403, "operation_not_allowed"), by
                continue
            assert refused.status_code < 500, refused.text
            assert refused.json().get("code") not in ("operation_not_allowed", "unknown_dossier"), (by, refused.text)
            narrow = permission.reach[role] is Reach.PROVINCE
            assert (refused.json().get("code") == "whole_province_needed") is narrow, (by, refused.text)
            if of_a_dossier and permission.reach[role] in (Reach.UNITS, Reach.OWN):
                hidden = await answer(api, operation, elsewhere, by)
                assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown_dossier"), by


@pytest.mark.parametrize("operation", sorted(name for name, row in PERMISSIONS.items() if row.entry))
async def test_a_service_by_its_entry(api: ApiUnderTest, within: str, operation: str) -> None:
    """A service with the entry of the row passes without any role."""
    passed = await answer(api, operation, within, ServicePrincipal(service="service.events"))
    assert passed.status_code < 500, passed.text
    assert passed.status_code not in (401, 403), passed.text


@pytest.mark.parametrize("operation", sorted(SIGNED_IN))
async def test_nobody(api: ApiUnderTest, within: str, operation: str) -> None:
    """Without a token every operation of the table is refused, and says how to sign in."""
    refused = await answer(api, operation, within, None)
    assert (refused.status_code, refused.json()["code"]) == (401, "token_missing")
    assert refused.headers["www-authenticate"].startswith("Bearer")
