"""Tests of services that ask for applicants, and of who may read an applicant's particulars."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid5

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.organisation.people import Service
from domain.roles import Role
from gateway.access.principals import ServicePrincipal
from gateway.dossiers.command_ids import COMMANDS
from tests.support.api_under_test import ApiUnderTest, open_api, submission_body
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, DESK, HEAD, OPERATOR, STRANGER
from tests.support.small_province import ACTING, HA_NAM, PHU_LY, people

pytestmark = pytest.mark.stack

PORTAL = ServicePrincipal(service="portal")
KIOSK = ServicePrincipal(service="kiosk")
INTAKE = ServicePrincipal(service="intake")
FOR_CITIZEN = {"On-Behalf-Of": CITIZEN.person}


def service(code: str, **scopes: Any) -> Service:
    return Service(code=code, name="Dịch vụ", roles=(Role.RECEPTION,), source="QĐ 1", **scopes)


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness) as api:
            services = (
                service("portal", for_applicants=True, personal_data=True, events=True),
                service("kiosk"),
                service("intake", commands=("submit", "accept"), units=(PHU_LY,)),
            )
            harness.staff = people(*ACTING).model_copy(update={"services": services})
            yield api


async def test_a_portal_files_and_follows_for_an_applicant(api: ApiUnderTest) -> None:
    """A trusted service files for an applicant; the record names the applicant, and the service as the carrier."""
    answer = await api.post("/v1/dossiers", PORTAL, submission_body(), On_Behalf_Of=CITIZEN.person)
    assert answer.status_code == 201, answer.text
    code = answer.json()["dossier"]
    assert (await api.ask("GET", f"/v1/dossiers/{code}", PORTAL, headers=FOR_CITIZEN)).status_code == 200
    assert (await api.ask("GET", f"/v1/dossiers/{code}", CITIZEN)).status_code == 200
    [submitted, *_] = await api.harness.engine.history(code)
    assert (submitted.actor.person, submitted.actor.carried_by) == (CITIZEN.person, "portal")
    assert (await api.act(code, PORTAL, "withdraw", On_Behalf_Of=CITIZEN.person)).status_code == 200


async def test_a_service_of_every_unit_sees_what_is_shared_with_a_unit(api: ApiUnderTest) -> None:
    """By itself, and not for an applicant; a service of one unit sees what is shared with that one."""
    shared = {"name": "Của phường", "shared_with": "unit", "shared_unit": HA_NAM}
    saved = (await api.post("/v1/saved-searches", HEAD, shared)).json()["id"]
    for by, sees in ((KIOSK, True), (INTAKE, False)):
        listed = (await api.ask("GET", "/v1/saved-searches", by)).json()["items"]
        assert ([one["id"] for one in listed] == [saved]) == sees, by
        read = await api.ask("GET", f"/v1/saved-searches/{saved}", by)
        assert (read.status_code == 200) == sees, by
    refused = await api.ask("GET", "/v1/saved-searches", PORTAL, headers=FOR_CITIZEN)
    assert (refused.status_code, refused.json()["code"]) == (403, "operation_not_allowed")


async def test_a_portal_sees_only_the_applicant_it_names(api: ApiUnderTest) -> None:
    """For one applicant another applicant's dossier looks like none, also one in the service's own units."""
    code = await api.submit(STRANGER)
    hidden = await api.ask("GET", f"/v1/dossiers/{code}", PORTAL, headers=FOR_CITIZEN)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown_dossier")
    refused = await api.act(code, PORTAL, "accept", On_Behalf_Of=CITIZEN.person)
    assert (refused.status_code, refused.json()["code"]) == (403, "operation_not_allowed")


@pytest.mark.parametrize(
    ("by", "code"), [(KIOSK, "service_not_for_applicants"), (DESK, "only_services_for_applicants")]
)
async def test_nobody_else_asks_for_an_applicant(api: ApiUnderTest, by: Any, code: str) -> None:
    """A service without this trust, and a person, may not ask for an applicant."""
    refused = await api.post("/v1/dossiers", by, submission_body(), On_Behalf_Of=CITIZEN.person)
    assert (refused.status_code, refused.json()["code"]) == (403, code)


async def test_the_same_key_for_another_applicant_is_another_request(api: ApiUnderTest) -> None:
    """A key that was used for one applicant is refused for another."""
    first = await api.post("/v1/dossiers", PORTAL, submission_body(), key="twice", On_Behalf_Of=CITIZEN.person)
    assert first.status_code == 201
    other = await api.post("/v1/dossiers", PORTAL, submission_body(), key="twice", On_Behalf_Of=STRANGER.person)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_who_may_read_the_particulars(api: ApiUnderTest) -> None:
    """The desk, the applicant and a service with this scope; no operator, no other service, nobody else's dossier."""
    code = await api.submit(CITIZEN)
    path = f"/v1/dossiers/{code}/applicant"
    for by, headers in ((DESK, {}), (CITIZEN, {}), (PORTAL, {}), (PORTAL, FOR_CITIZEN)):
        shown = await api.ask("GET", path, by, headers=headers)
        assert shown.status_code == 200, shown.text
        assert shown.json()["applicant"]["name"] == "Nguyễn Văn An"
    for by, status, refusal in (
        (KIOSK, 403, "personal_data_not_allowed"),
        (OPERATOR, 403, "operation_not_allowed"),
        (STRANGER, 404, "unknown_dossier"),
    ):
        refused = await api.ask("GET", path, by)
        assert (refused.status_code, refused.json()["code"]) == (status, refusal)
        assert "Nguyễn" not in refused.text


async def test_a_portal_sees_only_the_acts_of_the_applicant_it_names(api: ApiUnderTest) -> None:
    """The outcome of an act for one applicant looks unknown when the service asks for another."""
    code = (await api.post("/v1/dossiers", PORTAL, submission_body(), On_Behalf_Of=STRANGER.person)).json()["dossier"]
    acted = await api.act(code, PORTAL, "withdraw", key="rut", On_Behalf_Of=STRANGER.person)
    assert acted.status_code == 200, acted.text
    command = uuid5(COMMANDS, "service/portal\nrut")
    path = f"/v1/acts/{command}"
    shown = await api.ask("GET", path, PORTAL, headers={"On-Behalf-Of": STRANGER.person})
    assert (shown.status_code, shown.json()["dossier"]) == (200, code)
    hidden = await api.ask("GET", path, PORTAL, headers=FOR_CITIZEN)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "act_unknown")
    assert code not in hidden.text


async def filed_for_stranger(api: ApiUnderTest) -> str:
    """A dossier that the portal filed for another applicant."""
    filed = await api.post("/v1/dossiers", PORTAL, submission_body(), On_Behalf_Of=STRANGER.person)
    code: str = filed.json()["dossier"]
    return code


async def require_shown_only_for_its_applicant(api: ApiUnderTest, key: str, code: str) -> None:
    """The act with this key looks unknown when the service asks for another applicant than the one it sent it for."""
    path = f"/v1/acts/{uuid5(COMMANDS, f'service/portal{chr(10)}{key}')}"
    hidden = await api.ask("GET", path, PORTAL, headers=FOR_CITIZEN)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "act_unknown")
    assert code not in hidden.text
    for headers in ({"On-Behalf-Of": STRANGER.person}, {}):
        shown = await api.ask("GET", path, PORTAL, headers=headers)
        assert shown.status_code == 200
        assert code in shown.text


async def test_a_refused_act_is_shown_to_its_applicant_only(api: ApiUnderTest) -> None:
    """The refusal names the dossier and how far it is, and nothing is recorded that would say whose it is."""
    code = await filed_for_stranger(api)
    more = {"On_Behalf_Of": STRANGER.person, "If_Match": '"99"'}
    assert (await api.act(code, PORTAL, "withdraw", key="tu-choi", **more)).status_code == 412
    await require_shown_only_for_its_applicant(api, "tu-choi", code)


async def test_an_accepted_act_is_shown_to_its_applicant_only(api: ApiUnderTest) -> None:
    """Also while it is not recorded yet."""
    code = await filed_for_stranger(api)
    async with api.harness.entries_held_up():
        more = {"On_Behalf_Of": STRANGER.person, "Prefer": "respond-async"}
        assert (await api.act(code, PORTAL, "withdraw", key="dang-lam", **more)).status_code == 202
        await require_shown_only_for_its_applicant(api, "dang-lam", code)


@pytest.mark.parametrize("path", ["/v1/webhooks", "/v1/events", "/v1/events/stream"])
async def test_for_an_applicant_a_service_has_no_events(api: ApiUnderTest, path: str) -> None:
    """A service that names an applicant may do what the applicant may: its own events and webhooks are not that."""
    assert (await api.ask("GET", "/v1/webhooks", PORTAL)).status_code == 200
    refused = await api.ask("GET", path, PORTAL, headers=FOR_CITIZEN)
    assert (refused.status_code, refused.json()["code"]) == (403, "operation_not_allowed")


@pytest.mark.parametrize(("by", "commands"), [(KIOSK, {"accept", "refuse"}), (INTAKE, {"accept"})])
async def test_a_service_in_every_unit_sees_what_it_may_do(
    api: ApiUnderTest, by: ServicePrincipal, commands: set[str]
) -> None:
    """It acts in the units of the dossier, with the commands that it is trusted with, and each of them is accepted."""
    code = await api.submit(CITIZEN)
    allowed = (await api.ask("GET", f"/v1/dossiers/{code}", by)).json()["allowed"]
    assert {one["command"] for one in allowed} & {"accept", "refuse"} == commands
    [accept] = [one for one in allowed if one["command"] == "accept"]
    capacity = {"role": accept["role"], "unit": accept["unit"]}
    assert (await api.act(code, by, "accept", {"acting_as": capacity})).status_code == 200
