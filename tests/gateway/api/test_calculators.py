"""Tests of due dates and routes without a dossier, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.values import FROM_OUTSIDE
from gateway.api.deadlines import DeadlineItem
from gateway.api.examples import answer_example, body_example
from tests.support.api_under_test import ApiUnderTest, open_api_of_ninh_binh
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, DESK, OPERATOR

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api_of_ninh_binh(harness) as api:
            yield api


async def asked(api: ApiUnderTest, path: str, body: Any, status: int = 200, language: str = "vi") -> Any:
    """The answer to a desk."""
    answer = await api.ask("POST", path, DESK, json=body, headers={"Accept-Language": language})
    assert answer.status_code == status, answer.text
    return answer.json()


DEADLINES, ROUTING = "/v1/deadlines:calculate", "/v1/routing:calculate"
QUESTION, ROUTING_QUESTION = body_example("calculate_deadlines"), body_example("calculate_routing")


@pytest.mark.parametrize(
    ("operation", "path", "body"),
    [("calculate_deadlines", DEADLINES, QUESTION), ("calculate_routing", ROUTING, ROUTING_QUESTION)],
)
async def test_the_examples_are_true(api: ApiUnderTest, operation: str, path: str, body: Any) -> None:
    """The example of an answer in the document is what the API answers to the example of a question."""
    assert await asked(api, path, body) == answer_example(operation)


async def test_one_date_with_its_derivation(api: ApiUnderTest) -> None:
    """One question gets both dates, the derivation as data, and lines in the language that was asked for."""
    found = await asked(api, DEADLINES, {**QUESTION, "green": "own"})
    promised = found["explained"]["promised"]
    assert found["promised_due"] == promised["due"]
    assert promised["green"]["rule"]["mode"] == "cap"
    assert sum(1 for line in found["lines"] if "2026" in line) > 2
    english = await asked(api, DEADLINES, QUESTION, language="en")
    assert english["lines"] != found["lines"]
    usual = {**QUESTION, "procedure": "1.004222"}
    by_half, without = await asked(api, DEADLINES, usual), await asked(api, DEADLINES, {**usual, "green": "none"})
    assert without["statutory_due"] == by_half["statutory_due"] > by_half["promised_due"]
    assert without["explained"]["promised"]["reason"] == "no_green_stream"


async def test_a_pause_moves_the_date(api: ApiUnderTest) -> None:
    """A pause of a working day moves the date by a working day."""
    usual = {**QUESTION, "procedure": "1.004222", "received": "2026-03-02T08:00+07:00"}
    pauses = [["2026-03-03T00:00+07:00", "2026-03-04T00:00+07:00"]]
    before, after = await asked(api, DEADLINES, usual), await asked(api, DEADLINES, {**usual, "pauses": pauses})
    assert before["statutory_due"] < after["statutory_due"]


async def test_a_procedure_that_only_the_national_catalogue_has(api: ApiUnderTest) -> None:
    """The limit of the national catalogue counts where the province has no version of its own."""
    own = {one.procedure.code for one in api.parts.engine.province.procedures}
    limits = api.parts.limits
    code = next(code for code in sorted(limits._by_code) if code not in own)
    terms = limits._by_code[code]
    assert isinstance(terms, dict)
    channel, cases = next(iter(terms.items()))
    found = await asked(api, DEADLINES, {**QUESTION, "procedure": code, "channel": channel, "case": len(cases)})
    assert found["procedure"]["code"] == code


async def test_a_thousand_at_once(api: ApiUnderTest) -> None:
    """A batch has one answer for each question, in order; a wrong one is a problem, and the others go on."""
    good = {**QUESTION, "received": "2026-03-02T08:00+07:00"}
    wrong: dict[int, tuple[dict[str, Any], str, list[str]]] = {
        3: ({"procedure": "9.999999"}, "unknown_procedure", []),
        5: ({"received": "2026-02-30T08:00+07:00"}, "invalid_request", ["/items/5/received"]),
        7: ({"channel": "fax"}, "invalid_request", ["/items/7/channel"]),
        8: ({"received": "2199-01-01T08:00+07:00"}, "calendar_exhausted", []),
        9: ({"unit": "99999"}, "unknown_unit", []),
        11: ({"surname": "Nguyễn"}, "invalid_request", ["/items/11/surname"]),
        12: ({"pauses": [["2026-03-04T08:00+07:00", "2026-03-03T08:00+07:00"]]}, "pause_ends_before_it_starts", []),
        13: ({"received": "1990-01-01T08:00+07:00"}, "procedure_not_in_effect", []),
    }
    items = [{"id": n, **good, **wrong.get(n, ({},))[0]} for n in range(1_000)]
    answers = (await asked(api, DEADLINES, {"items": items}))["items"]
    assert [one["id"] for one in answers] == list(range(1_000))
    alone = await asked(api, DEADLINES, good)
    for n, one in enumerate(answers):
        if n in wrong:
            _, code, pointers = wrong[n]
            assert one["problem"]["code"] == code, one
            assert [error["pointer"] for error in one["problem"]["errors"]] == pointers
            assert one["statutory_due"] is one["promised_due"] is None
            assert "Nguyễn" not in str(one["problem"])
        else:
            assert one["problem"] is None
            assert (one["statutory_due"], one["promised_due"]) == (alone["statutory_due"], alone["promised_due"])


ONE_ITEM = {"id": 1, **QUESTION}


@pytest.mark.parametrize(
    ("path", "change", "status", "code"),
    [
        (DEADLINES, {"procedure": "9.999999"}, 404, "unknown_procedure"),
        (DEADLINES, {"unit": "99999"}, 404, "unknown_unit"),
        (DEADLINES, {"case": 9}, 422, "unknown_case"),
        (DEADLINES, {"case": True}, 422, "invalid_request"),
        (DEADLINES, {"received": "2026-02-13T16:00"}, 422, "invalid_request"),
        (DEADLINES, {"received": 1_767_225_600}, 422, "invalid_request"),
        (DEADLINES, {"received": "1990-01-01T08:00+07:00"}, 404, "procedure_not_in_effect"),
        (DEADLINES, {"received": "2190-01-01T08:00+07:00"}, 422, "calendar_exhausted"),
        (DEADLINES, {"pauses": [["2026-01-01T00:00+07:00"] * 2] * 101}, 422, "invalid_request"),
        (DEADLINES, {"procedure": "\x00"}, 422, "invalid_request"),
        (DEADLINES, {"items": []}, 422, "invalid_request"),
        (ROUTING, {"procedure": "9.999999"}, 404, "unknown_procedure"),
        (ROUTING, {"received_by": "99999"}, 404, "unknown_unit"),
        (ROUTING, {"on": "2026-02-30"}, 422, "invalid_request"),
        (ROUTING, {"on": "1900-01-01"}, 404, "procedure_not_in_effect"),
        (ROUTING, {"matter": {"territory": "99999"}}, 404, "unknown_unit"),
        (ROUTING, {"matter": {"address": "a\u202eb"}}, 422, "invalid_request"),
        (ROUTING, {"matter": {"address": "x" * 4_001}}, 422, "invalid_request"),
        (ROUTING, {"matter": None}, 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_calculated(
    api: ApiUnderTest, path: str, change: dict[str, Any], status: int, code: str | None
) -> None:
    """An unknown code, a day that does not exist and a hostile text get a problem with a code."""
    usual = QUESTION if path == DEADLINES else ROUTING_QUESTION
    assert (await asked(api, path, {**usual, **change}, status)).get("code") == code


async def test_a_batch_out_of_bounds(api: ApiUnderTest) -> None:
    """More than a thousand questions, and a list that is none, are refused as a whole."""
    for items in ([ONE_ITEM] * 1_001, "x", None, {"0": ONE_ITEM}):
        refused = await asked(api, DEADLINES, {"items": items}, 422)
        assert refused["code"] == "invalid_request"
        assert refused["errors"][0]["pointer"] == "/items"
    worst: tuple[Any, ...] = (None, 7, "x", [], {}, {"id": "x" * 101, **QUESTION}, {"id": True, **QUESTION})
    for item in worst:
        (answer,) = (await asked(api, DEADLINES, {"items": [item]}))["items"]
        assert answer["problem"]["code"] == "invalid_request"


async def test_a_route_by_address(api: ApiUnderTest) -> None:
    """The address of a former commune leads to the unit of today, with the chain of reasons; it is not repeated."""
    found = await asked(api, ROUTING, ROUTING_QUESTION)
    assert found["competent"]["name"]
    assert [reason["code"] for reason in found["reasons"]][:2] == ["commune_level", "address_resolved"]
    unclear = await asked(api, ROUTING, {**ROUTING_QUESTION, "matter": {}})
    assert unclear["competent"] is None
    assert unclear["queue"] is not None


async def test_everybody_who_signed_in_may_calculate(api: ApiUnderTest) -> None:
    """A citizen and an operator may calculate as a desk may; without a sign-in nobody may."""
    for by in (CITIZEN, OPERATOR):
        assert (await api.ask("POST", ROUTING, by, json=ROUTING_QUESTION)).status_code == 200
    refused = await api.ask("POST", DEADLINES, None, json=QUESTION)
    assert (refused.status_code, refused.json()["code"]) == (401, "token_missing")


def test_the_answer_example_a_question_is_one_of_a_batch_too() -> None:
    """With an id, the question of the document is an item of a batch."""
    assert DeadlineItem.model_validate(ONE_ITEM, context=FROM_OUTSIDE).id == 1
