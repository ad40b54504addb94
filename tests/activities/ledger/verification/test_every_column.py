"""Tests every column of every table: a value that the owner of the server changes is found, or the column is listed
here with the reason why it cannot be found."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from activities.events_out.filters import EventFilter
from activities.ledger.acts_compared import ActsComparedRegister
from activities.ledger.assignment_orders import AssignmentOrders
from activities.ledger.checkpoints.keys import Signer, new_key
from activities.ledger.console_sessions import ConsoleSessions
from activities.ledger.documents import ReceivedDocuments, SentDocument, SentDocuments, StageSaid
from activities.ledger.dossier_codes import DossierCodes, submission_of
from activities.ledger.ended_workflows import EndedWorkflow, EndedWorkflows
from activities.ledger.event_log_exported import EventLogsExported, EventLogTaken
from activities.ledger.feed import Cursor, Feed, FeedReader
from activities.ledger.incident_rows import IncidentRows
from activities.ledger.kept_answers import Answer, Found, KeptAnswers, KeyedRequest
from activities.ledger.notices import NoticeRegister
from activities.ledger.officers_exported import OfficersExported, record
from activities.ledger.opt_outs import OptOuts
from activities.ledger.outside_orders import OutsideOrders
from activities.ledger.outside_places import OutsidePlaces
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.outside_turns import OutsideTurns
from activities.ledger.pool import Connection, Pool
from activities.ledger.reconciliations import Reconciliations, Tally
from activities.ledger.rules_store import RulesStore
from activities.ledger.saved_searches import SavedSearches, SearchToSave
from activities.ledger.staff_notices import StaffNotices
from activities.ledger.store import Ledger
from activities.ledger.stuck_dossiers import Restart, StuckDossiers, StuckExecutor
from activities.ledger.taken_in import TakenInList
from activities.ledger.vault import Vault
from activities.ledger.verification.declared import declared
from activities.ledger.worker_breakers import WorkerBreakers
from activities.relays.begin_again import RelayBeginnings
from activities.relays.set_aside import SetAsideList
from activities.releases.ramps import RampRegister
from activities.releases.register import Build, Ordered, ReleaseAct, ReleaseRegister
from activities.repairs.plannings import PlanningRegister
from activities.repairs.register import RepairRegister
from activities.replays.register import ReplayedHistory, ReplayRegister
from activities.rollouts.register import RolloutRegister
from activities.webhooks.orders import WebhookAct, WebhookOrders
from activities.webhooks.register import Owner, WebhookRegister
from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.dossier.commands import BroughtOver
from domain.dossier.events import AnyEvent
from domain.incidents import IncidentAction
from domain.notices.lines import StaffNotice
from domain.outside_orders import OutsideAct
from domain.outside_systems import System
from domain.ramps import RampOrder
from domain.repairs.causes import Cause
from domain.repairs.differences import Difference, Different
from domain.repairs.findings import Finding
from domain.repairs.orders import RestartOrder
from domain.repairs.plans import ByCodes, plan_of
from domain.replays import ReplayChoice
from domain.roles import Actor, Role
from domain.rollouts.plans import CalendarPlan, ItemOutcome, ItemState, Retarget, RolloutKind, rollout_id
from domain.rules.notice_policy import StaffMatter
from tests.support.checkpoint_archive import ORIGIN, Archive
from tests.support.ledger_samples import MORNING, append, started, step, submitted
from tests.support.small_province import RULEBOOK

pytestmark = pytest.mark.stack

COLUMNS = """
select case when nspname = 'public' then '' else nspname || '.' end || relname as table, attname as column,
       format_type(atttypid, null) as type, attgenerated <> '' as generated
from pg_attribute join pg_class class on class.oid = attrelid
join pg_namespace namespace on namespace.oid = relnamespace
where relkind = 'r' and nspname in ('public', 'vault') and attnum > 0 and not attisdropped
order by 1, attnum
"""
OTHERWISE = {
    "text": "coalesce({0}, '') || 'x'",
    "text[]": "coalesce({0}, '{{}}') || array['x']",
    "boolean": "not coalesce({0}, false)",
    "integer": "coalesce({0}, 0) + 1",
    "smallint": "coalesce({0}, 0) + 1",
    "real": "coalesce({0}, 0) + 1",
    "bigint": "coalesce({0}, 0) + 1",
    "date": "{0} + 1",
    "timestamp with time zone": "coalesce({0} + interval '1 second', now())",
    "jsonb": "coalesce({0}, '{{}}') || '{{\"forged\": 1}}'",
    "smallint[]": "coalesce({0}, '{{}}') || array[1::smallint]",
    "bytea": "coalesce(set_byte({0}, 0, (get_byte({0}, 0) + 1) % 256), '\\x00')",
    "uuid": "gen_random_uuid()",
    "xid8": "({0}::text::bigint + 1)::text::xid8",
}


ORDER = "the order that it stands for is unchanged, and by it alone a checkpoint lists the row"
TRACE = "a time of working, of which no event speaks"
SUBSCRIBED = "who wants to be told, and how far: no event speaks of it, and a replay sends all again"
KEPT_BY_PEOPLE = "what people keep for themselves: no event speaks of it"
FORM_OF = "by which readers make a row again from the events; the row itself is compared with them"
WORKING = "a list by which work goes on; what came of it stands in the events"
PASSING = {
    **dict.fromkeys(
        (
            "dossier_code.xid", "dossier_restart.xid", "event_log_exported.xid", "feed_reader.xid", "incident_act.xid",
            "leave_entry.xid",
            "assignment_order.xid",
            "outside_order.xid",
            "document_sent.xid",
            "document_stage.xid",
            "ledger_server.xid",
            "migration.xid",
            "officers_exported.xid",
            "read_models_swapped.xid",
            "relay_begun_again.xid", "repair_approval.xid", "repair_plan.xid", "release_act.xid", "release_build.xid",
            "rollout_act.xid", "rule.xid", "vault.erasure.xid", "webhook_order.xid", "workflow_ended.xid",
        ),
        ORDER,
    ),
    **dict.fromkeys(
        (
            "cursor.moved_at", "relay_problem.at", "rollout.begun_at", "rollout.finished_at", "rollout_item.acted_at",
            "rollout_item.at", "rollout_item.begun_at",
            "act_unknown.since", "stuck_dossier.since", "vault.personal.created_at",
        ),
        TRACE,
    ),
    "dossier.form": FORM_OF,
    **dict.fromkeys(
        (
            "webhook.because", "webhook.changed_at", "webhook.changed_by", "webhook.created_at", "webhook.created_by",
            "webhook.failures", "webhook.filter", "webhook.owner", "webhook.rests_until", "webhook.sent_position",
            "webhook.sent_xid", "webhook.stopped_at", "webhook.untold", "webhook.url", "webhook_behind.code",
            "webhook_behind.dead_at",
            "webhook_behind.dossier", "webhook_behind.next_try", "webhook_behind.since", "webhook_behind.tries",
            "webhook_behind.untold", "webhook_behind.version", "webhook_secret.command_id",
            "webhook_secret.created_at", "webhook_secret.ends_at",
            "webhook.id", "webhook_behind.webhook", "webhook_secret.secret", "webhook_secret.webhook",
        ),
        SUBSCRIBED,
    ),
    **dict.fromkeys(
        (
            "saved_search.changed_at", "saved_search.columns", "saved_search.created_at", "saved_search.deleted_at",
            "saved_search.filter", "saved_search.id", "saved_search.name", "saved_search.owner", "saved_search.sort",
            "saved_search.version",
        ),
        KEPT_BY_PEOPLE,
    ),
    **dict.fromkeys(
        (
            "reconciliation.alive_at", "reconciliation.at", "reconciliation.counts", "reconciliation.done",
            "reconciliation.dossiers", "reconciliation.ended_at", "reconciliation.examples", "reconciliation.failed",
            "reconciliation.listed", "reconciliation.moving", "reconciliation.who", "reconciliation.whole",
            "reconciliation.workflows", "reconciliation_difference.detail", "reconciliation_difference.difference",
            "reconciliation_difference.known", "reconciliation_difference.name", "reconciliation_difference.place",
            "reconciliation_difference.reconciliation", "reconciliation_difference.run",
            "reconciliation_difference.version",
            "acts_compared.at", "acts_compared.position", "acts_compared.xid",
            *(
                f"repair_planning.{column}"
                for column in (
                    "begun_at", "dossiers", "id", "kind", "looked", "plan", "refused", "refused_because", "told_at",
                    "who",
                )
            ),
            *(
                f"interconnection_application.{column}"
                for column in (
                    "actor", "application", "asked_at", "code", "principal", "received_by", "sentence", "tried_at",
                    "tries",
                )
            ),
            *(
                f"document_received.{column}"
                for column in (
                    "answers", "at", "attempt", "code", "digest", "document", "dossier", "due", "message", "sender",
                    "settled_at", "settled_why", "told", "version",
                )
            ),
            "vault.document.at", "vault.document.envelope", "vault.document.message",
            "relay_problem.again_at", "relay_problem.again_by", "relay_problem.again_why",
            "relay_problem.code", "relay_problem.mended_at", "relay_problem.mended_by", "relay_problem.mended_why",
            "relay_problem.version", "rollout.plan",
            "rollout_item.attempts", "rollout_item.code", "rollout_item.detail",
            "rollout_item.finding", "stuck_dossier.code",
            "stuck_dossier.run",
            *(
                f"release_ramp.{column}"
                for column in (
                    "begun_at", "build", "ended_by", "examples", "given", "given_at", "id", "looked_at", "looks",
                    "pause_seconds", "problem", "replayed", "steps", "stuck", "taken_at", "who", "why",
                )
            ),
            "replay.absent", "replay.id", "replay_failure.replay", "replay_history.replay",
            "replay.begun_at", "replay.build", "replay.cancelled_by", "replay.choice",
            "replay.events", "replay.failed", "replay.finished_at", "replay.histories", "replay.looked",
            "replay.problem", "replay.seconds", "replay.seen_at", "replay.tries", "replay.who",
            "replay_failure.failure", "replay_failure.number", "replay_failure.run", "replay_failure.workflow",
            "replay_history.place", "replay_history.run", "replay_history.workflow",
            *(
                f"digest.{column}"
                for column in (
                    "again_at", "again_by", "again_why", "id", "lines", "made_at", "message_id", "recipient", "refused",
                    "sent_at", "text",
                )
            ),
            *(
                f"staff_notice.{column}"
                for column in (
                    "answer_by", "digest", "dossier", "due", "matter", "recipient", "since", "version",
                )
            ),
            *(
                f"notice.{column}"
                for column in (
                    "channel", "channels", "code", "dossier", "doubt_since", "facts", "gone", "key", "kind", "made_at",
                    "message_id", "next_try", "span", "tries", "version",
                )
            ),
            *(f"notice_opt_out.{column}" for column in ("at", "who", "why")),
            *(f"notice_before.{column}" for column in ("position", "xid")),
            "vault.contact_key.secret",
            "kept_answer.answered_at", "kept_answer.body", "kept_answer.caller", "kept_answer.fingerprint",
            "kept_answer.command_id", "kept_answer.for_applicant", "kept_answer.headers", "kept_answer.key",
            "kept_answer.status", "kept_answer.taken_at",
            "console_session.ends_at", "console_session.id", "console_session.opened_at", "console_session.principal",
            "console_session.seen_at", "worker_breakers.breakers", "worker_breakers.process", "worker_breakers.told_at",
            "worker_breakers.report",
            "outside_turns.begins_at", "outside_turns.count", "outside_turns.next_at", "outside_turns.system",
            "outside_places.granted", "outside_places.process", "outside_places.system", "outside_places.told_at",
            "outside_places.wanted",
            "portal_doubt.dossier", "portal_doubt.list", "portal_doubt.look_at",
            "outside_tries.again_after", "outside_tries.dossier", "outside_tries.effect", "outside_tries.tries",
        ),
        WORKING,
    ),
}  # fmt: skip
"""Changes that are not found, each with the reason."""


@pytest.fixture
async def whole(pool: Pool, owner: Pool, vault: Vault, ledger: Ledger, tmp_path: Path) -> Archive:
    """A ledger with a row in every table, two dossiers of three events under a checkpoint, and one event after it."""
    file = tmp_path / "key.pem"
    file.touch(mode=0o600)
    file.write_bytes(new_key())
    await RulesStore(pool).publish(RULEBOOK.stored())
    happened: dict[str, list[AnyEvent]] = {}
    for key in ("one", "two"):
        code = await DossierCodes(pool).allocate(key, "H42.12", MORNING.date(), "f" * 64)
        applicant = await vault.keep(code, {"name": "Trần Văn Đức"})
        note = await vault.keep(code, {"text": "Đã gọi điện"})
        old = BroughtOver(system="igate", code=f"OLD-{key}", received_at=MORNING)
        begun = submitted(code, applicant=applicant).model_copy(update={"brought_over": old})
        happened[code] = [begun, started(), step(1, note=note)]
        for number, event in enumerate(happened[code]):
            request = append(
                code, [event], after=happened[code][:number], command_id=submission_of(key) if number == 0 else None
            )
            await ledger.record(request.model_copy(update={"fingerprint": "f" * 64, "trace_id": "a" * 32}))
        await vault.erase(note, "van-hanh", "Theo yêu cầu của người nộp")
    for reader in FeedReader:
        await Feed(pool).commit_cursor(reader, (await Feed(pool).next_batch(reader, 1)).cursor)
        await RelayBeginnings(pool).begin_again(reader, "van-hanh", "Cổng mất dữ liệu")
        await Feed(pool).commit_cursor(reader, (await Feed(pool).next_batch(reader, 4)).cursor)
    await SetAsideList(pool).put(FeedReader.PORTAL, code, 2, "refused")
    await TakenInList(pool).order(
        "LT-1", {"kind": "service", "service": "kiosk"}, Actor(person="d", role=Role.RECEPTION), "1"
    )
    asked = SentDocument(
        id="H42.12,2025/07/01,1/XYK", dossier=code, version=2, purpose="opinion", sender="H42.12", receivers=("H42.15",)
    )
    await SentDocuments(pool).write(asked)
    said = {"organ": "H42.15", "stage": "03", "said_at": MORNING, "message": "TB-1"}
    await SentDocuments(pool).said(StageSaid(document=asked.id, **said))
    await ReceivedDocuments(pool).keep("TB-1", "H42.15", "f" * 64, b"<edXML/>")
    owner_of_hook = Owner(kind="service", code="so-hoa")
    await ConsoleSessions(pool, timedelta(hours=1), timedelta(hours=1)).open("{}")
    hook, _ = await WebhookRegister(pool).create(
        owner_of_hook, "https://a.example/", EventFilter(), "van-hanh", command=uuid4()
    )
    await pool.execute(
        "insert into webhook_behind (webhook, dossier, version, code) values ($1, $2, 2, 'c')", hook.id, code
    )
    await WebhookOrders(pool).record(hook.id, WebhookAct.PAUSE, "van-hanh", "Nơi nhận bảo trì")
    await EventLogsExported(pool).record(EventLogTaken(who="giam-sat", format="xes", wanted={}, dossiers=1))
    await record(
        pool, OfficersExported(who="van-hanh", why="Kiểm toán", format="csv", wanted={"filter": {}}, dossiers=1)
    )
    assigned = IncidentAction.ASSIGN
    await IncidentRows(pool).record(f"workflow.{code}", assigned, "van-hanh", "Ca chiều", "cb.1")
    await ReleaseRegister(pool).seen(Build(build="0.2.0+f", release="0.2.0", revision=4, migration="1200_releases.sql"))
    await ReleaseRegister(pool).record(
        Ordered(build="0.2.0+f", act=ReleaseAct.RAMPED, percent=5, instead="0.1.0+e", who="van-hanh", why="Bản mới")
    )
    await pool.execute(
        "insert into leave_entry (kind, person, receiver, roles, began, ended, ground, who) values"
        " ('delegation', 'cb.1', 'cb.2', '{specialist}', now(), now() + interval '1 day', 'TB 12', 'cb.1')"
    )
    await AssignmentOrders(pool).write(UUID(int=9), "cb.1", (code,), "cb.2")
    await StaffNotices(pool).add(code, 3, [StaffNotice(recipient="cb.1", matter=StaffMatter.WARNED)])
    await StaffNotices(pool).collect("cb.1", MORNING)
    await StaffNotices(pool).add(code, 1, [StaffNotice(recipient="cb.1", matter=StaffMatter.WARNED)])
    by_sms = [NoticeChannel.SMS]
    await NoticeRegister(pool).add(
        "n.1", code, 1, NoticeKind.SUBMITTED, {"dossier": code}, by_sms, Cursor(xid=1, position=1)
    )
    await owner.execute("insert into notice_before (xid, position) values ('0', 0)")
    await OptOuts(pool).opt_out(NoticeChannel.SMS, "0912345678", "cb.1", "Yêu cầu tại quầy")
    await WorkerBreakers(pool).tell("1@host", {"quick": {"civil": "open"}})
    await OutsideOrders(pool).record(System.LAND, OutsideAct.OPEN, timedelta(hours=1), "van-hanh", "Bảo trì")
    await OutsideTurns(pool).lease("land", 10, 2)
    await OutsidePlaces(pool).share("1@host/quick", {"land": (1, 0, 4)})
    await pool.execute("insert into portal_doubt (list, dossier, look_at) values ('a-list', $1, now())", code)
    await OutsideTries(pool).begin("H42.12-250701-0001", "seal/1")
    await SavedSearches(pool).create("person/officer", SearchToSave(name="Quá hạn"))
    await StuckDossiers(pool).put([StuckExecutor(dossier=code, run="r", code="failing")])
    restart = Restart(dossier=code, version=3, who="van-hanh", why="kẹt", found="failing", run="r")
    await StuckDossiers(pool).record(restart)
    await ActsComparedRegister(pool).add([code])
    compared = await ActsComparedRegister(pool).now()
    await ActsComparedRegister(pool).forward(compared.last, compared.now, compared.last)
    await _reconciled(pool, code)
    await owner.execute(
        "insert into read_models_swapped (who, why, dossiers, differences) values ('van-hanh', 'nâng cấp', 2, '{}')"
    )
    answers = KeptAnswers(pool)
    keyed = KeyedRequest(
        caller="service/kiosk", key="key", fingerprint=b"f", command_id=uuid4(), for_applicant="cong-dan.1"
    )
    assert (await answers.take(keyed)).found is Found.NEW
    await answers.keep(keyed, Answer(status=200, headers={}, body="{}"))
    seen = Finding(dossier=code, version=3, run="r", cause=Cause.TASK_FAILS)
    repair = plan_of(
        RestartOrder(), ByCodes(codes=(code,)), [seen], per_minute=60, made_by="op.1", made_at=MORNING, why="Sự cố 12"
    )
    await RepairRegister(pool).add(repair)
    await RepairRegister(pool).approve(repair.hash, "op.2", "Đã xem")
    await PlanningRegister(pool).begin(uuid4(), repair.order.kind, "op.1", 1)
    rollouts, hashes = RolloutRegister(pool), [rule.hash for rule in RULEBOOK.stored()]
    rollout = rollout_id(RolloutKind.CALENDAR, "f" * 64)
    plan = CalendarPlan(targets=(Retarget(code="small", calendar=hashes[0], instead_of=(hashes[1],)),), letter="CV 1")
    await rollouts.enter(rollout, "f" * 64, plan, "van-hanh", "CV 1")
    await pool.execute("insert into rollout_item (rollout, dossier) values ($1, $2)", rollout, code)
    await rollouts.record(rollout, code, ItemOutcome(state=ItemState.UNCHANGED))
    archive = Archive(pool, tmp_path / "outside", Signer.read(ORIGIN, file))
    assert await archive.checkpoint() == [6]
    return archive


async def _reconciled(pool: Pool, code: str) -> None:
    found, register = Different(difference=Difference.DOUBLED, name=code), Reconciliations(pool)
    begun = await register.begin("van-hanh", whole=True)
    tally = Tally(workflows=1, dossiers=1, counts={Difference.DOUBLED: 1}, examples=(found,))
    await register.add(begun.number, [found], tally)
    await register.finish(begun.number, tally)
    replays = ReplayRegister(pool)
    run = await replays.begin("0.2.0+0f", ReplayChoice(), "van-hanh")
    await replays.enlist(run.id, [(code, None), ("another", "r")])
    absent = ReplayedHistory(place=1, workflow="another", run="r", events=0, failure=None, absent=True)
    await replays.record(run.id, [absent], 0.1)
    order = RampOrder(build="0.2.0+f", steps=(5,), pause_seconds=60, replayed=True, who="van-hanh", why="Bản mới")
    await RampRegister(pool).begin(order)
    ended = EndedWorkflow(workflow=code, run="r", found=Difference.DOUBLED, who="van-hanh", why="trùng")
    await EndedWorkflows(pool).record(ended)


async def test_every_table(whole: Archive, superuser: Connection) -> None:
    """A removed row of any table is found."""
    passing = set()
    await superuser.execute("create schema kept")
    columns: dict[str, list[str]] = {}
    for row in await superuser.fetch(COLUMNS):
        if not row["generated"]:
            columns.setdefault(row["table"], []).append(f'"{row["column"]}"')
    for number, (table, names) in enumerate(columns.items()):
        listed = ", ".join(names)
        await superuser.execute(f"create table kept.t{number} as table {table}")
        last = f"delete from {table} where ctid = (select max(ctid) from {table})"  # noqa: S608
        await unguarded(superuser, last)
        if (await whole.verified()).sound:
            passing.add(table)
        back = (
            f"insert into {table} ({listed}) overriding system value select {listed} from kept.t{number} "  # noqa: S608
            "on conflict do nothing"
        )
        await unguarded(superuser, back)
    assert (await whole.verified()).problems == ()
    lists = {
        "act_unknown",
        "interconnection_application",
        "document_received",
        "vault.document",
        "acts_compared",
        "reconciliation",
        "reconciliation_difference",
        "release_ramp",
        "checkpoint_made",
        "console_session",
        "digest",
        "kept_answer",
        "notice",
        "notice_before",
        "notice_opt_out",
        "relay_problem",
        "replay",
        "replay_failure",
        "replay_history",
        "repair_planning",
        "rollout_item",
        "staff_notice",
        "stuck_dossier",
        "vault.contact_key",
    }
    others = {"saved_search", "webhook", "webhook_behind", "webhook_secret", "worker_breakers", "outside_turns"}
    others |= {"outside_places", "outside_tries", "portal_doubt"}
    assert passing == lists | others, WORKING


async def unguarded(superuser: Connection, statement: str, *values: Any) -> list[Any]:
    async with superuser.transaction():
        await superuser.execute("set local session_replication_role = replica")
        for table, trigger in declared().before:
            await superuser.execute(f"alter table {table} disable trigger {trigger}")
        rows = await superuser.fetch(statement, *values)
        for table, trigger in declared().before:
            await superuser.execute(f"alter table {table} enable always trigger {trigger}")
        return list(rows)


async def test_every_column(whole: Archive, superuser: Connection) -> None:
    """A changed value of any column is found, or refused by the shape of the table, which is verified too."""
    assert (await whole.verified()).problems == ()
    passing = set()
    for row in await superuser.fetch(COLUMNS):
        table, column = row["table"], f'"{row["column"]}"'
        last = f"select ctid, format('%L', {column}) as was from {table} order by ctid desc limit 1"  # noqa: S608
        place = await superuser.fetchrow(last)
        assert place is not None, table
        otherwise = OTHERWISE[row["type"]].format(column)
        change = "update {} set {} = {} where ctid = $1 returning ctid"
        try:
            [changed] = await unguarded(superuser, change.format(table, column, otherwise), place["ctid"])
        except asyncpg.PostgresError:
            continue
        problems = (await whole.verified()).problems
        if not problems:
            passing.add(f"{table}.{row['column']}")
        back = "null" if place["was"] == "NULL" else f"{place['was']}::{row['type']}"
        await unguarded(superuser, change.format(table, column, back), changed["ctid"])
    assert (await whole.verified()).problems == ()
    assert passing == PASSING.keys()
