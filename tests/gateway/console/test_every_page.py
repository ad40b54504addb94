"""Walks every page of the console by every role, and looks at every page in a real Chromium.

What a role may not open is refused, and what it must not see is not in the HTML. In the browser, in both languages, at
a desk and on a phone: no error of the page, and nothing that axe finds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from temporalio.testing import WorkflowEnvironment

from activities.ledger.pool import Pool
from activities.relays.set_aside import SetAsideList
from activities.repairs.plannings import PlanningRegister
from activities.repairs.register import RepairRegister
from activities.replays.register import ReplayedHistory, ReplayRegister
from activities.rollouts.register import RolloutRegister
from domain.organisation.routing import Matter
from domain.repairs.causes import Cause
from domain.repairs.findings import AskedAgain, Finding
from domain.repairs.orders import TerminateOrder
from domain.repairs.plans import ByCodes, plan_of
from domain.replays import PlaceInCode, ReplayChoice, ReplayDifference, ReplayFailure, ToldRemedy
from domain.roles import MACHINES, Role
from domain.rollouts.plans import CalendarPlan, Retarget
from domain.values import VIETNAM, Bilingual
from gateway.access.permissions import PERMISSIONS, Reach
from gateway.access.principals import ApplicantPrincipal, PersonPrincipal, Principal
from gateway.access.rates import Quota
from gateway.api.parts import ApiPolicy
from gateway.console.application import SUBJECTS
from gateway.console.cookies import SESSION as COOKIE
from gateway.console.visits import OPERATION
from tests.support.chromium import Looked, browser_of_its_own, open_chromium
from tests.support.console_under_test import ConsoleUnderTest, open_console_under_test
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.engine_under_test import APPLICANT
from tests.support.given import CITIZEN, OPERATOR, STRANGER
from tests.support.small_province import ACTING, FREE, HA_NAM, PHU_LY, people

pytestmark = [pytest.mark.stack, pytest.mark.slow]

ROLES = sorted(frozenset(Role) - MACHINES)
STAFF_FIRST = sorted(ROLES, key=lambda role: role is Role.APPLICANT)
UNCOUNTED = ApiPolicy(
    public=Quota(requests=1_000_000, seconds=60), caller=Quota(requests=1_000_000, seconds=60), exports_at_once=20
)
HOSTILE = 'Trần <script>alert("x")</script> <img src=x onerror=alert(1)>'
"""A name that would run in the page. Characters that turn text around are refused when a dossier is filed."""
NAME_ELSEWHERE = "Phạm Thị Người Khác"
STREAMS = ("/changes",)
"""Ends of paths that answer with a stream, which has no end."""
PARTS = (
    "/now",
    "/head",
    "/newer",
    "/register/live",
    "/register/rows",
    "/register/export/{ending}",
    "/event-log/{ending}",
)
"""Ends of paths that answer with a part of a page, or with a file."""
WITH_TESTS_OF_THEIR_OWN = (
    "/track/{dossier}", "/register/saved/{search}", "/operations/incidents", "/operations/incidents/{code}",
    "/work/assignments/{order}",
)  # fmt: skip
"""Pages that need more than an address: a receipt, a search or an order that is somebody's own. And former addresses,
which only lead to the page of now."""
ROLLOUT = UUID(int=11)
MADE = datetime(2026, 8, 3, 9, tzinfo=VIETNAM)
QUERIES = {
    "/operations/orders/{kind}": f"?target={ROLLOUT}",
    "/dossiers/{code}/events/newer": "?after=0",
    "/register/newer": "?since=2026-01-01T00:00:00Z",
}
"""What the address of a page needs beside its path."""
FILES = (".csv", ".xlsx", ".pdf", ".json")
MENU = {entry.path for subject in SUBJECTS for entry in subject.menu}
MOVES_ON = ("/", "/sign-in", "/sign-in/done", "/language/{language}", "/signed-out")
"""Pages without a sign-in that only lead on, or need the issuer: they have tests of their own."""


@dataclass(frozen=True)
class Walk:
    """The console, a dossier within the reach of ward Hà Nam, one elsewhere, the plan of a repair of both, and a
    replay that found a difference."""

    console: ConsoleUnderTest
    within: str
    elsewhere: str
    plan: str
    replay: str

    def path(self, route: APIRoute, code: str) -> str:
        """The address of a page, for this dossier."""
        given = {
            "code": code, "dossier": code, "command": "request_supplement", "kind": "stop-rollout",
            "rollout": str(ROLLOUT), "ending": "csv", "search": str(ROLLOUT), "procedure": FREE.code,
            "version": "1", "incident": f"relay.portal.{code}.1", "plan": self.plan,
            "replay": self.replay, "channel": "sms",
            "planning": str(ROLLOUT), "number": "1", "order": str(ROLLOUT),
        }  # fmt: skip
        path = "/console" + route.path.format_map({name: given[name] for name in route.param_convertors})
        return path + QUERIES.get(route.path, "")


def pages() -> Iterator[APIRoute]:
    """Every page that can be opened by its address."""
    for subject in SUBJECTS:
        for route in routes_of(subject.router):
            if "GET" in (route.methods or ()) and route.path not in MOVES_ON:
                yield route


def routes_of(router: APIRouter) -> Iterator[APIRoute]:
    """The routes of a router, and of the routers that it includes."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(included := getattr(route, "original_router", None), APIRouter):
            yield from routes_of(included)


PAGES = [route for route in pages() if not route.path.endswith(STREAMS)]
SIGNED = [route for route in PAGES if route.openapi_extra]
FORMS_SEEN = ("/acts/accept", "/acts/correct_entry", "/acts/request_supplement")
"""The forms of commands that have, together, every kind of field. All forms have one template."""
SEEN = [
    route
    for route in PAGES
    if not route.path.endswith((*FILES, *PARTS, *WITH_TESTS_OF_THEIR_OWN))
    and ("/acts/" not in route.path or route.path.endswith(FORMS_SEEN))
]


FORMS = [
    route
    for subject in SUBJECTS
    for route in routes_of(subject.router)
    if "POST" in (route.methods or ()) and route.openapi_extra
]
"""Every address to which somebody who has signed in sends a form."""


def operation_of(route: APIRoute) -> str:
    """The operation that opening the page needs."""
    assert route.openapi_extra is not None
    return str(route.openapi_extra[OPERATION])


def is_of_province(route: APIRoute) -> bool:
    """Whether the page is only for an operator of the whole province. The order of the walk is one on a rollout."""
    if not route.openapi_extra:
        return False
    return (
        route.path == "/operations/orders/{kind}" or Reach.PROVINCE in PERMISSIONS[operation_of(route)].reach.values()
    )


def principal(role: Role) -> Principal:
    """Somebody in this role, in ward Hà Nam."""
    return (
        ApplicantPrincipal(applicant=CITIZEN.person)
        if role is Role.APPLICANT
        else PersonPrincipal(person=f"walk.{role}")
    )


@pytest.fixture(scope="module")
async def walk(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[Walk]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness:
            persons = tuple((f"walk.{role}", role, HA_NAM) for role in ROLES if role is not Role.APPLICANT)
            harness.staff = people(*ACTING, *persons)
            async with open_console_under_test(harness, api_policy=UNCOUNTED) as console:
                within = await harness.submit(
                    received_by=HA_NAM, applicant=APPLICANT.model_copy(update={"name": HOSTILE})
                )
                elsewhere = await harness.submit(
                    actor=STRANGER, received_by=PHU_LY, matter=Matter(territory=PHU_LY),
                    applicant=APPLICANT.model_copy(update={"name": NAME_ELSEWHERE}),
                )  # fmt: skip
                plan = CalendarPlan(
                    letter="CV 1", targets=(Retarget(code="small", calendar="b" * 64, instead_of=("c" * 64,)),)
                )
                for code in (within.dossier, elsewhere.dossier):
                    await SetAsideList(harness.pool).put("portal", code, 1, "event_unreadable")
                await RolloutRegister(harness.pool).enter(ROLLOUT, "f" * 64, plan, "op.1", "Công văn 1")
                repair = await planned(harness.pool, within.dossier, elsewhere.dossier)
                replay = await replayed(harness.pool)
                yield Walk(console, within.dossier, elsewhere.dossier, repair, replay)


async def planned(pool: Pool, *codes: str) -> str:
    """Given: the plan of a repair of these dossiers, which waits for a second operator."""
    findings = [
        Finding(
            dossier=code, version=1, run=None, cause=Cause.ENDED_EARLY,
            again=(AskedAgain(effect="payment_order:1", system="payments"),),
        )
        for code in codes
    ]  # fmt: skip
    plan = plan_of(
        TerminateOrder(), ByCodes(codes=codes), findings, per_minute=60, made_by="op.1", made_at=MADE, why=HOSTILE
    )
    await RepairRegister(pool).add(plan)
    await PlanningRegister(pool).begin(ROLLOUT, plan.order.kind, "op.1", len(codes))
    return plan.hash


async def replayed(pool: Pool) -> str:
    """Given: a replay that found a difference."""
    register, words = ReplayRegister(pool), Bilingual(vi=HOSTILE, en=HOSTILE)
    run = await register.begin("0.2.0+3f2a9c01d4e7", ReplayChoice(), "op.1")
    await register.enlist(run.id, [(HOSTILE, None)])
    place = PlaceInCode(file="workflows/dossier.py", line=210, function=HOSTILE)
    differs = ReplayFailure(
        code="does_not_replay", problem=HOSTILE, message=words,
        difference=ReplayDifference(event=18, recorded=HOSTILE, wanted=HOSTILE, asked_at=place),
        remedy=ToldRemedy(code="correct_the_code", **words.model_dump()),
    )  # fmt: skip
    history = ReplayedHistory(place=0, workflow=HOSTILE, run="r", events=20, failure=differs)
    assert await register.record(run.id, [history], 0.5)
    await register.finish(run.id)
    return str(run.id)


@dataclass(frozen=True)
class Looks:
    """The browsers that look at all pages: their files and scripts are loaded once."""

    desk: Looked
    phone: Looked


@pytest.fixture(scope="module")
async def looks() -> AsyncIterator[Looks]:
    async with (
        open_chromium() as chromium,
        browser_of_its_own(chromium) as desk,
        browser_of_its_own(chromium, phone=True) as phone,
    ):
        yield Looks(desk, phone)


def test_every_page_says_what_it_needs() -> None:
    """A page without an operation is open to everybody: there are few, and each is meant."""
    assert {route.path for route in PAGES if not route.openapi_extra} == OPEN_TO_EVERYBODY


OPEN_TO_EVERYBODY = {"/track", "/track/{dossier}", "/track/{dossier}/now"}


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_opens_its_pages_and_no_others(walk: Walk, role: Role) -> None:
    """A page of the menu says what it is for."""
    async with walk.console.browser(principal(role)) as browser:
        for route in SIGNED:
            answer = await browser.get(walk.path(route, walk.within))
            allowed = role in PERMISSIONS[operation_of(route)].roles and not is_of_province(route)
            assert (answer.status_code != 403) == allowed, (route.path, role, answer.status_code)
            assert answer.status_code in (200, 303, 403, 404, 409), (route.path, answer.text[:500])
            assert "<script>alert" not in answer.text, route.path
            assert "<img src=x" not in answer.text, route.path
            if not allowed:
                assert "Trần" not in answer.text, route.path
            if answer.status_code == 200 and f"/console{route.path}" in MENU:
                assert '<details class="help' in answer.text, route.path


@pytest.mark.parametrize("role", ROLES)
async def test_a_dossier_elsewhere_is_not_in_the_html(walk: Walk, role: Role) -> None:
    async with walk.console.browser(principal(role)) as browser:
        for route in SIGNED:
            answer = await browser.get(walk.path(route, walk.elsewhere))
            assert NAME_ELSEWHERE not in answer.text, route.path
            if "{code}" in route.path or "{incident}" in route.path:
                assert answer.status_code in (403, 404), (route.path, role, answer.status_code)
            elif not route.path.endswith((".pdf", ".xlsx", ".json")):
                assert walk.elsewhere not in answer.text, (route.path, role)


@pytest.mark.parametrize("role", ROLES)
async def test_a_form_of_another_role_or_dossier_does_nothing(walk: Walk, role: Role) -> None:
    """Whatever is sent: an act that the role may not do is refused, and a dossier elsewhere does not exist."""
    before = (await walk.console.harness.engine.dossier(walk.elsewhere)).version
    async with walk.console.browser(principal(role)) as browser:
        for route in FORMS:
            answer = await browser.post(walk.path(route, walk.elsewhere), {"_key": f"{role}{route.path}"})
            if role not in PERMISSIONS[operation_of(route)].roles or is_of_province(route):
                assert answer.status_code == 403, (route.path, role)
            elif "{code}" in route.path:
                assert answer.status_code == 404, (route.path, role)
            else:
                assert answer.status_code in (303, 404, 422), (route.path, role, answer.text[:500])
    assert (await walk.console.harness.engine.dossier(walk.elsewhere)).version == before


async def test_nobody_is_led_to_the_sign_in(walk: Walk) -> None:
    async with walk.console.browser() as browser:
        for route in SIGNED:
            answer = await browser.get(walk.path(route, walk.within))
            assert answer.status_code == 303, route.path
            assert answer.headers["location"].startswith("/console/sign-in?back="), route.path


@pytest.mark.parametrize("route", SEEN, ids=lambda route: route.path)
async def test_a_page_in_a_browser(walk: Walk, looks: Looks, route: APIRoute) -> None:
    """At a desk in Vietnamese and on a phone in English: no error, nothing that axe finds or that is too wide."""
    faults: list[str] = []
    may = PERMISSIONS[operation_of(route)].roles if route.openapi_extra else ()
    role = next((one for one in STAFF_FIRST if one in may), None)
    who = None if role is None else principal(role)
    if is_of_province(route):
        who = PersonPrincipal(person=OPERATOR.person)
    for looked, language in ((looks.desk, "vi"), (looks.phone, "en")):
        cookies = {"lx_language": language}
        if who is not None:
            cookies[COOKIE] = await walk.console.console.sessions.open(who.model_dump_json())
        await looked.begin_anew(walk.console.url, cookies)
        answer = await looked.page.goto(walk.console.url + walk.path(route, walk.within), wait_until="load")
        assert answer is not None
        assert answer.status == 200, (route.path, role, answer.status)
        await looked.settled()
        faults += [f"{language}: {one}" for one in await faults_of(looked)]
        assert await looked.page.get_attribute("html", "lang") == language
    assert faults == []


async def faults_of(looked: Looked) -> list[str]:
    wide = await looked.too_wide()
    return [*looked.faults, *await looked.violations(), *([f"{wide} px too wide"] if wide > 0 else [])]
