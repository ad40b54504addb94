"""Tests of the operators' commands: rules, personal data, relays, and Temporal's search attributes."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from activities.events_out.filters import EventFilter
from activities.ledger.feed import FeedReader
from activities.relays.set_aside import SetAsideList
from activities.webhooks.register import Owner, WebhookRegister
from tests.support.command_line import OPERATOR, CommandLine, submission
from tests.support.ninh_binh import FOLDER
from tests.support.waiting import wait_until
from workers.connections import connect_database
from workers.settings import load_settings

pytestmark = pytest.mark.stack

WHO_AND_WHY = ("--by", OPERATOR, "--reason", "Sự cố 12")


def opened(luongxanh: CommandLine) -> str:
    """A dossier with an applicant's particulars."""
    code: str = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    return code


def in_ledger(luongxanh: CommandLine, statement: str) -> object:
    """What a statement in the database of the command line returns."""

    async def ask() -> object:
        pool = await connect_database(load_settings({}, luongxanh.folder))
        try:
            return await pool.fetchval(statement)
        finally:
            await pool.close()

    return asyncio.run(ask())


def set_aside(luongxanh: CommandLine, dossier: str, version: int, relay: str = FeedReader.PORTAL) -> None:
    """Given: the portal, or the receiver of another relay, refused an event for good."""

    async def put() -> None:
        pool = await connect_database(load_settings({}, luongxanh.folder))
        try:
            await SetAsideList(pool).put(relay, dossier, version, "field_refused")
        finally:
            await pool.close()

    asyncio.run(put())


def test_rules_are_published_once(luongxanh: CommandLine, tmp_path: Path) -> None:
    """`--dry-run` lists new rules without writing; publishing writes them; then nothing is new."""
    province = tmp_path / "province"
    shutil.copytree(FOLDER, province)
    file = province / "escalation.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("coordination_working_hours: 8", "coordination_working_hours: 9", 1), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != text
    given = {"LUONGXANH_PROVINCE": str(province)}
    for arguments, published in ((("--dry-run",), False), ((), True)):
        answer = luongxanh("rules", "publish", *arguments, "--json", **given).value
        assert [(one["kind"]) for one in answer["new"]] == ["escalation"]
        assert answer["published"] is published
    again = luongxanh("rules", "publish", **given)
    assert (again.code, again.out) == (0, "")
    assert "đã được công bố" in again.err


def test_erasure_asks_first_and_happens_once(luongxanh: CommandLine) -> None:
    """Without `--yes` nothing is erased; with it all personal data is erased once, and the chain still verifies."""
    code = opened(luongxanh)
    erase = ("privacy", "erase", code, *WHO_AND_WHY)
    unconfirmed = luongxanh(*erase, "--json")
    assert (unconfirmed.code, unconfirmed.error["code"]) == (2, "not_confirmed")
    done = luongxanh(*erase, "--yes")
    assert done.code == 0
    assert "sẽ xóa vĩnh viễn 1 mục" in done.err
    assert "đã xóa 1 mục" in done.out
    assert luongxanh(*erase, "--json").value == {"dossier": code, "erased": 0}
    assert luongxanh("ledger", "verify", code).code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        (("privacy", "erase", "H42.1-250101-0001", *WHO_AND_WHY, "--yes"), "unknown_dossier", 4),
        (("privacy", "erase", "x", *WHO_AND_WHY, "--yes"), "code_does_not_parse", 2),
        (("privacy", "erase", "H42.1-250101-0001", "--by", OPERATOR, "--reason", " "), "reason_missing", 2),
        (("privacy", "erase", "H42.1-250101-0001", "--by", "nobody", "--reason", "x"), "unknown_person", 4),
        (("relay", "resolve", "portal", "H42.1-250101-0001", "1", *WHO_AND_WHY), "nothing_set_aside", 4),
        (("relay", "send-again", str(UUID(int=7)), *WHO_AND_WHY), "digest_not_refused", 4),
        (("relay", "send-again", str(UUID(int=7)), "--by", OPERATOR, "--reason", " "), "reason_missing", 2),
        (("relay", "send-again", str(UUID(int=7)), "1", *WHO_AND_WHY), "code_does_not_parse", 2),
        (("relay", "send-again", "H42.1-250101-0001", *WHO_AND_WHY), "missing_option", 2),
        (("relay", "send-again", "x", *WHO_AND_WHY), "code_does_not_parse", 2),
        (
            ("relay", "resolve", "portal", "H42.1-250101-0001", "1", "--by", OPERATOR, "--reason", ""),
            "reason_missing",
            2,
        ),
        (
            ("relay", "resolve", "portal", "H42.1-250101-0001", "1", "--by", OPERATOR, "--reason", "037099001234"),
            "particulars_in_record",
            2,
        ),
        (("relay", "send-again", "H42.1-250101-0001", "1", *WHO_AND_WHY), "nothing_set_aside", 4),
        (("relay", "send-again", "H42.1-250101-0001", "1", "--by", "nobody", "--reason", "x"), "unknown_person", 4),
        (("adapters", "open", "gateway", *WHO_AND_WHY, "--yes"), "unknown_outside_system", 2),
        (("adapters", "status", "gateway"), "unknown_outside_system", 2),
        (("adapters", "open", "land", "--for", "200", *WHO_AND_WHY, "--yes"), "outside_order_time", 2),
        (("adapters", "open", "land", "--for", "nan", *WHO_AND_WHY, "--yes"), "outside_order_time", 2),
        (("adapters", "open", "land", "--by", OPERATOR, "--reason", " ", "--yes"), "reason_missing", 2),
        (("adapters", "drain", "land", "--by", "nobody", "--reason", "x", "--yes"), "unknown_person", 4),
        (("adapters", "close", "land", "--by", OPERATOR, "--reason", "x\u202ey", "--yes"), "control_character", 2),
        (
            ("adapters", "automatic", "land", "--by", "cb.13366.specialist.1", "--reason", "x", "--yes"),
            "not_in_role",
            3,
        ),
        (("relay", "begin-again", "gateway", *WHO_AND_WHY, "--yes"), "unknown_relay", 4),
        (("relay", "begin-again", "portal", "--by", OPERATOR, "--reason", " ", "--yes"), "reason_missing", 2),
        (("relay", "begin-again", "portal", "--by", "nobody", "--reason", "x", "--yes"), "unknown_person", 4),
        (
            ("relay", "begin-again", "portal", "--by", "cb.13366.specialist.1", "--reason", "x", "--yes"),
            "not_in_role",
            3,
        ),
    ],
)
def test_a_wrong_order_says_what_is_wrong(
    luongxanh: CommandLine, arguments: tuple[str, ...], code: str, exit_code: int
) -> None:
    """A wrong order has its code and exit code, and nothing is written."""
    refused = luongxanh(*arguments, "--json")
    assert (refused.error["code"], refused.code) == (code, exit_code)


def test_what_a_relay_set_aside_is_resolved_by_somebody(luongxanh: CommandLine) -> None:
    """An event that was set aside is listed and counted, then taken off with who and why, once."""
    code = opened(luongxanh)
    set_aside(luongxanh, code, 1)
    (entry,) = [one for one in luongxanh("relay", "problems", "portal", "--json").values if one["dossier"] == code]
    assert (entry["version"], entry["code"]) == (1, "field_refused")
    portal = next(one for one in luongxanh("relay", "status", "--json").values if one["reader"] == "portal")
    assert portal["set_aside"] >= 1
    shown = luongxanh("relay", "problems", "portal")
    assert "relay resolve portal" in shown.err
    resolve = ("relay", "resolve", "portal", code, "1", *WHO_AND_WHY)
    assert luongxanh(*resolve).code == 0
    assert luongxanh(*resolve, "--json").error["code"] == "nothing_set_aside"
    assert code not in luongxanh("relay", "problems").out
    assert luongxanh("ledger", "verify", code).code == 0


def test_a_status_of_the_interconnection_software_is_sent_again_by_somebody(luongxanh: CommandLine) -> None:
    """The list names the command; the order is written down with the entry, which stays until the relay has sent it."""
    code = opened(luongxanh)
    set_aside(luongxanh, code, 1, FeedReader.INTERCONNECTION)
    shown = luongxanh("relay", "problems", FeedReader.INTERCONNECTION)
    assert f"relay send-again {code} 1" in shown.err
    again = ("relay", "send-again", code, "1", *WHO_AND_WHY)
    assert luongxanh(*again, "--json").value["ordered"] is True
    assert code in luongxanh(*again).out
    (entry,) = luongxanh("relay", "problems", FeedReader.INTERCONNECTION, "--json").values
    assert entry["again_at"] is not None
    assert luongxanh("relay", "resolve", FeedReader.INTERCONNECTION, code, "1", *WHO_AND_WHY).code == 0
    assert luongxanh(*again, "--json").error["code"] == "nothing_set_aside"


def test_a_refused_digest_is_sent_again_by_the_same_command(luongxanh: CommandLine) -> None:
    """It is named by its id alone, as it belongs to no dossier."""
    made = "insert into digest (recipient, lines, text, made_at, refused) values ('cb.1', 1, 'x', now(), 'no_mailbox')"
    digest = str(in_ledger(luongxanh, f"{made} returning id"))
    (listed,) = luongxanh("relay", "digests", "--json").values
    assert listed["id"] == digest
    assert luongxanh("relay", "send-again", digest, *WHO_AND_WHY, "--json").value["ordered"] is True
    assert luongxanh("relay", "digests", "--json").values == []


def test_the_status_says_what_the_portal_gave_no_answer_about(luongxanh: CommandLine) -> None:
    """How many dossiers an unanswered list may still change there, in words and for machines."""
    in_ledger(luongxanh, "insert into portal_doubt (list, dossier, look_at) values ('', 'd', now() + interval '1 h')")
    assert {one["reader"]: one["in_doubt"] for one in luongxanh("relay", "status", "--json").values}["portal"] == 1
    assert "The portal gave no answer about 1" in luongxanh("relay", "status", "--lang", "en", COLUMNS="200").out
    in_ledger(luongxanh, "delete from portal_doubt")
    assert "The portal gave no answer" not in luongxanh("relay", "status", "--lang", "en").out


def test_what_the_link_set_aside_is_compared_again(luongxanh: CommandLine) -> None:
    """It sends nothing outside: the whole is compared with its children again, from the first event."""
    code = opened(luongxanh)
    set_aside(luongxanh, code, 1, FeedReader.LINK)
    shown = luongxanh("relay", "problems", FeedReader.LINK)
    assert (code in shown.out, "relay begin-again link" in shown.err) == (True, True)
    assert luongxanh("relay", "send-again", code, "1", *WHO_AND_WHY, "--json").error["code"] == "nothing_set_aside"
    assert luongxanh("relay", "begin-again", FeedReader.LINK, *WHO_AND_WHY, "--yes").code == 0
    assert luongxanh("relay", "resolve", FeedReader.LINK, code, "1", *WHO_AND_WHY).code == 0


def test_a_webhook_that_stopped_is_an_incident(luongxanh: CommandLine) -> None:
    """It is listed with the relays' problems, with its owner, the dossier, the cause, and how to go on."""
    code = opened(luongxanh)

    async def given_up() -> str:
        pool = await connect_database(load_settings({}, luongxanh.folder))
        try:
            made, _ = await WebhookRegister(pool).create(
                Owner(kind="service", code="so-hoa"), "https://a.example/", EventFilter(), "van-hanh"
            )
            await pool.execute(
                "insert into webhook_behind (webhook, dossier, version, code, dead_at) "
                "values ($1, $2, 1, 'webhook_timeout', clock_timestamp())",
                made.id, code,
            )  # fmt: skip
            return made.id
        finally:
            await pool.close()

    webhook = asyncio.run(given_up())
    (entry,) = [one for one in luongxanh("relay", "problems", "--json").values if one.get("webhook") == webhook]
    assert (entry["relay"], entry["owner"], entry["dossier"]) == ("webhooks", "so-hoa", code)
    shown = luongxanh("relay", "problems")
    assert code in shown.out
    assert webhook in shown.out
    assert "nơi nhận" in shown.out
    assert ":retry" in shown.err
    assert webhook not in luongxanh("relay", "problems", "portal").out
    assert luongxanh("ledger", "verify", code).code == 0


def test_a_relay_begins_again_by_order(luongxanh: CommandLine) -> None:
    """The command says what is repeated and what the receivers do; without `--yes` nothing changes. The running
    worker passes on everything again, who ordered it and why are shown, and the ledger verifies."""
    opened(luongxanh)
    order = ("relay", "begin-again", "notices", *WHO_AND_WHY)
    handed_on(luongxanh, "notices")
    unconfirmed = luongxanh(*order)
    assert unconfirmed.code == 2
    assert "not_confirmed" in unconfirmed.err
    assert "Tin đã có dòng trong sổ thì không ai nhận lần" in unconfirmed.err
    assert relay(luongxanh, "notices")["begun_again"] is None
    done = luongxanh(*order, "--yes", "--json").value
    assert done["begun_again"]
    assert done["events"] == done["passed"] > 0
    handed_on(luongxanh, "notices")
    recorded = relay(luongxanh, "notices")["begun_again"]
    assert (recorded["who"], recorded["why"], recorded["passed"]) == (OPERATOR, "Sự cố 12", done["passed"])
    assert f"{OPERATOR}: Sự cố 12" in luongxanh("relay", "status", COLUMNS="200").out
    assert luongxanh("ledger", "verify").code == 0


def relay(luongxanh: CommandLine, name: str) -> dict[str, Any]:
    """The status of the relay, from `relay status`."""
    return next(one for one in luongxanh("relay", "status", "--json").values if one["reader"] == name)


def handed_on(luongxanh: CommandLine, name: str) -> None:
    """Given: the running worker has passed on every waiting event."""
    until = time.monotonic() + 60
    while relay(luongxanh, name)["waiting"]:
        assert time.monotonic() < until, f"{name} does not come to the end"


def test_every_relay_is_shown_with_what_waits(luongxanh: CommandLine) -> None:
    """All readers of this release are shown, also one that has read nothing yet."""
    opened(luongxanh)
    assert {one["reader"] for one in luongxanh("relay", "status", "--json").values} >= set(FeedReader)
    assert "portal (Cổng Dịch vụ công quốc gia)" in luongxanh("relay", "status", COLUMNS="200").out


def test_temporal_learns_the_attributes_once(luongxanh: CommandLine) -> None:
    """A namespace without the attributes gets them; one with another type for a name is not changed."""
    assert luongxanh("search-attributes", "register", "--json").value == {"missing": [], "registered": False}

    async def namespace(name: str, **attributes: int) -> None:
        client = await Client.connect(load_settings({}, luongxanh.folder).need("temporal_address"))
        month = Duration(seconds=30 * 86_400)
        await client.workflow_service.register_namespace(
            RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=month)
        )
        if attributes:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(search_attributes=attributes, namespace=name)  # type: ignore[arg-type]
            )

    asyncio.run(namespace("empty"))
    given = {"LUONGXANH_NAMESPACE": "empty"}
    names = ["LxProcedure", "LxReceivedBy"]
    dry = luongxanh("search-attributes", "register", "--dry-run", "--json", **given).value
    assert dry == {"missing": names, "registered": False}
    assert luongxanh("search-attributes", "register", "--json", **given).value == {"missing": names, "registered": True}

    asyncio.run(namespace("taken", LxProcedure=IndexedValueType.INDEXED_VALUE_TYPE_INT))
    refused = luongxanh("search-attributes", "register", "--json", LUONGXANH_NAMESPACE="taken")
    assert (refused.code, refused.error["code"]) == (3, "search_attribute_of_another_type")


def test_an_operator_holds_a_system_and_lets_it_go(luongxanh: CommandLine) -> None:
    """The running worker obeys within seconds; the order is told with who and why, counts once, and ends by command."""
    told = luongxanh("adapters", "status", "--json").values
    systems, settings = {one["system"]: one for one in told[:-1]}, told[-1]["settings"]
    assert len(settings) == 1
    assert systems["land"]["state"] in ("closed", "half_open", "open")
    hold = ("adapters", "open", "land", "--for", "2", *WHO_AND_WHY)
    refused = luongxanh(*hold, "--json")
    assert (refused.error["code"], refused.code) == ("not_confirmed", 2)
    given = luongxanh(*hold, "--yes", "--json").value
    assert (given["new"], given["order"]["act"], given["order"]["who"]) == (True, "open", OPERATOR)
    assert luongxanh("adapters", "open", "land", *WHO_AND_WHY, "--yes", "--json").value["new"] is False

    def land() -> dict[str, Any]:
        found: dict[str, Any] = luongxanh("adapters", "status", "land", "--json").values[0]
        return found

    wait_until(lambda: land()["obeyed_by"] == 1, "the worker obeys")
    assert (land()["state"], land()["waiting"]) == ("held", 0)
    shown = luongxanh("adapters", "status", "land", COLUMNS="200").out  # narrow columns break the words
    for words in ("ngừng theo lệnh", OPERATOR, "1/1 tiến trình đã theo", "Cấu hình"):
        assert words in " ".join(shown.split()), shown
    incidents = {one["id"]: one for one in luongxanh("ops", "incident", "list", "--json").values}
    assert incidents["system.land"]["assigned_to"] == OPERATOR
    assert luongxanh("adapters", "automatic", "land", *WHO_AND_WHY, "--yes").code == 0
    assert land()["order"] is None
    assert "system.land" not in luongxanh("ops", "incident", "list").out


def test_the_worker_takes_the_file_of_outside_systems_over(luongxanh: CommandLine) -> None:
    """A changed limit is in force without a restart; a wrong file is told with why, and the one before stays."""
    [file] = luongxanh.folder.rglob("outside.json")
    right = file.read_text(encoding="utf-8")

    def settings() -> dict[str, Any]:
        found: dict[str, Any] = luongxanh("adapters", "status", "--json").values[-1]["settings"][0]
        return found

    first = settings()["version"]
    try:
        file.write_text(right.replace('"system"', '"sytem"'), encoding="utf-8")
        wait_until(lambda: settings()["because"] is not None, "the wrong file is refused")
        assert settings()["version"] == first
        assert "không nhận tệp cấu hình mới" in " ".join(luongxanh("adapters", "status", COLUMNS="200").out.split())
    finally:
        file.write_text(right, encoding="utf-8")
    wait_until(lambda: settings()["because"] is None, "the right file is back")
    assert settings()["version"] == first
