"""Tests of the verification of the whole ledger: it names each change and reports nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from activities.ledger.contracts import Fold
from activities.ledger.dossier_codes import DossierCodes, submission_of
from activities.ledger.pool import Connection, Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from activities.ledger.verification.declared import declared
from activities.ledger.verification.walk import BATCH, verify
from domain.dossier.events import AnyEvent
from domain.dossier.view import DossierView
from domain.record.sealing import RecordedEvent
from tests.support.ledger_samples import MORNING, OFFICER, append, fold, started, step, submitted
from tests.support.tampering import reseal

pytestmark = pytest.mark.stack
ONE, TWO = "H42.12-250701-0001", "H42.12-250701-0002"


@pytest.fixture
def codes(pool: Pool) -> DossierCodes:
    return DossierCodes(pool)


@pytest.fixture
async def kept(vault: Vault, ledger: Ledger, codes: DossierCodes) -> str:
    """Two dossiers of four events by three commands, each with its trace and fingerprint; returns the commitment of the
    first one's applicant."""
    assert [await codes.allocate(key, "H42.12", MORNING.date(), "f") for key in (ONE, TWO)] == [ONE, TWO]
    commitments = [await vault.keep(code, {"name": "Trần Văn Đức"}) for code in (ONE, TWO)]
    for code, applicant in zip((ONE, TWO), commitments, strict=True):
        happened = [submitted(code, applicant=applicant)]
        for request in (
            append(code, happened, command_id=submission_of(code)),
            append(code, [started(), step(1)], after=happened),
            append(code, [step(2)], after=[*happened, started(), step(1)]),
        ):
            await ledger.record(request.model_copy(update={"fingerprint": "f" * 64, "trace_id": "a" * 32}))
    return commitments[0]


async def tamper(superuser: Connection, *statements: str, code: str = ONE) -> None:
    """Makes a change that only the owner of the server can make; `$1` is the dossier's code."""
    for table in ("event", "command"):
        await superuser.execute(f"alter table {table} disable trigger append_only")
    for statement in statements:
        assert await superuser.execute(statement, code) not in ("UPDATE 0", "DELETE 0")
    for table in ("event", "command"):
        await superuser.execute(f"alter table {table} enable always trigger append_only")


async def found(pool: Pool, code: str | None = None, *, fold: Fold = fold) -> list[tuple[str, str | None, int | None]]:
    return [(one.code, one.dossier, one.version) for one in (await verify(pool, code, fold=fold)).problems]


async def test_an_honest_ledger_is_sound(pool: Pool, kept: str) -> None:
    """In an unchanged ledger everything is counted and nothing is reported."""
    reported: list[int] = []
    verified = await verify(pool, fold=fold, progress=reported.append)
    assert verified.sound
    assert (verified.chains, verified.events, verified.personal_checked, verified.erased) == (2, 8, 2, 0)
    assert reported[-1] == 2
    one = await verify(pool, ONE, fold=fold)
    assert (one.chains, one.events, one.sound) == (1, 4, True)
    none = await verify(pool, "H42.12-250701-9999")
    assert (none.chains, none.events, none.sound) == (0, 0, True)


@pytest.mark.parametrize(
    "change",
    [
        """body = jsonb_set(body, '{step}', '"b9"')""",
        """body = body || '{"slipped_in": 1}'""",
        "at = at + interval '1 microsecond'",
        "actor_person = 'officer-8'",
        "actor_role = 'clerk'",
        "actor_unit = null",
        "actor_stands_in_for = 'officer-9'",
        "actor_carried_by = 'phan-mem-mot-cua'",
        "kind = 'opinion_asked'",
        "schema = 2",
        "hash = set_byte(hash, 31, (get_byte(hash, 31) + 1) % 256)",
        "trace_id = repeat('b', 32)",
        "actor_role = 'pilot'",
        "actor_person = actor_person || ' '",
    ],
)
async def test_an_altered_row_is_named(pool: Pool, superuser: Connection, kept: str, change: str) -> None:
    """Every field of a row is sealed: changing one character names that row and no other dossier."""
    await tamper(superuser, f"update event set {change} where dossier = $1 and version = 3")  # noqa: S608  our own
    problems = await found(pool)
    assert ("row_altered", ONE, 3) in problems
    assert {dossier for _, dossier, _ in problems} == {ONE}
    # The seal of the next row covers a forged seal, so that row is named too.
    assert set(problems) <= {("row_altered", ONE, 3), ("row_altered", ONE, 4)}
    assert await found(pool, TWO) == []


async def test_for_whom_somebody_stood_in_is_sealed(
    pool: Pool, ledger: Ledger, superuser: Connection, kept: str
) -> None:
    """The colleague for whom a person acted is sealed: removing or replacing the name is found."""
    before: list[AnyEvent] = [submitted(TWO, applicant="b" * 64), started(), step(1), step(2)]
    stood_in = OFFICER.model_copy(update={"stands_in_for": "officer-9"})
    await ledger.record(append(TWO, [step(3)], after=before).model_copy(update={"actor": stood_in}))
    assert await found(pool) == []
    last = (await LedgerReader(pool).history(TWO))[-1]
    assert last.actor == stood_in
    for forged in ("null", "'officer-8'"):
        change = f"update event set actor_stands_in_for = {forged} where dossier = $1 and version = 5"  # noqa: S608
        await tamper(superuser, change, code=TWO)
        assert await found(pool) == [("row_altered", TWO, 5)]


async def test_the_program_that_carried_an_act_is_sealed(
    pool: Pool, ledger: Ledger, superuser: Connection, kept: str
) -> None:
    """It is read back, a chain holds in which only some rows name one, and no change of it passes, also not that the
    carrier becomes an absent colleague."""
    before: list[AnyEvent] = [submitted(TWO, applicant="b" * 64), started(), step(1), step(2)]
    through = OFFICER.model_copy(update={"carried_by": "tai-khoan.root"})
    await ledger.record(append(TWO, [step(3)], after=before).model_copy(update={"actor": through}))
    assert await found(pool) == []
    history = await LedgerReader(pool).history(TWO)
    assert [one.actor.carried_by for one in history] == [None, None, None, None, "tai-khoan.root"]
    assert history[-1].actor == through
    for forged in (
        "actor_carried_by = null",
        "actor_carried_by = 'kiosk'",
        "actor_stands_in_for = actor_carried_by, actor_carried_by = null",
        "actor_stands_in_for = actor_carried_by",
    ):
        await tamper(superuser, f"update event set {forged} where dossier = $1 and version = 5", code=TWO)  # noqa: S608
        assert await found(pool) == [("row_altered", TWO, 5)]
        await tamper(
            superuser,
            "update event set actor_carried_by = 'tai-khoan.root', actor_stands_in_for = null "
            "where dossier = $1 and version = 5",
            code=TWO,
        )
        assert await found(pool) == []


async def test_what_a_command_said_is_sealed_with_its_events(pool: Pool, superuser: Connection, kept: str) -> None:
    """The fingerprint is sealed, because a changed one would accept another command or refuse this one."""
    for value in ("repeat('c', 64)", "null"):
        await tamper(superuser, f"update command set fingerprint = {value} where dossier = $1 and first_version = 4")  # noqa: S608
        assert await found(pool) == [("row_altered", ONE, 4)]


async def test_a_chain_of_release_0_1_goes_on_verifying(pool: Pool, superuser: Connection, kept: str) -> None:
    """Seals of release 0.1 do not cover fingerprint and trace; events that are added now are sealed with both."""
    await reseal(superuser, ONE, as_release_0_1=True)
    assert await found(pool) == []
    await tamper(superuser, "update event set trace_id = repeat('b', 32) where dossier = $1 and version = 3")
    assert await found(pool) == []
    await tamper(superuser, "update event set actor_person = 'officer-8' where dossier = $1 and version = 3")
    assert await found(pool) == [("row_altered", ONE, 3)]


async def test_a_role_that_nobody_has_is_named_though_it_was_sealed(
    pool: Pool, superuser: Connection, kept: str
) -> None:
    """A sealed row with an unknown role is named, and the verification goes on."""
    await tamper(superuser, "update event set actor_role = 'pilot' where dossier = $1 and version = 3")
    await reseal(superuser, ONE)
    assert ("event_unreadable", ONE, 3) in await found(pool)
    assert await found(pool, TWO) == []


async def test_a_body_that_could_never_be_written_is_named(pool: Pool, superuser: Connection, kept: str) -> None:
    """Forged content outside the record's limits is a finding and raises no error."""
    await tamper(superuser, "update event set body = '{\"step\": 1.5}' where dossier = $1 and version = 3")
    assert await found(pool) == [("row_altered", ONE, 3)]


async def test_a_removed_row_is_named(pool: Pool, superuser: Connection, kept: str) -> None:
    """A removed row leaves a gap, and its command lacks it."""
    await tamper(superuser, "delete from event where dossier = $1 and version = 2")
    assert await found(pool) == [("command_disagrees", ONE, 3), ("version_gap", ONE, 3)]


async def test_a_row_removed_from_within_a_command_is_named(pool: Pool, superuser: Connection, ledger: Ledger) -> None:
    """A missing middle row of a command is named, although the first and the last are there."""
    await ledger.record(append(ONE, [started(), step(1), step(2)]))
    await tamper(superuser, "delete from event where dossier = $1 and version = 2")
    assert await found(pool) == [("command_disagrees", ONE, 1), ("version_gap", ONE, 3)]


async def test_a_beginning_that_was_cut_off_is_named(pool: Pool, superuser: Connection, kept: str) -> None:
    """A chain that does not start with version 1 is reported."""
    await tamper(superuser, "delete from event where dossier = $1 and version = 1")
    assert await found(pool) == [("command_disagrees", ONE, 1), ("version_gap", ONE, 2)]


async def test_an_end_that_was_cut_off_is_named(pool: Pool, superuser: Connection, kept: str) -> None:
    """When the last row and its command are removed, the chain verifies, but the read model shows the loss."""
    await tamper(
        superuser,
        "delete from command where dossier = $1 and last_version = 4",
        "delete from event where dossier = $1 and version = 4",
    )
    assert await found(pool) == [("view_behind", ONE, 3)]


async def test_a_command_that_vanished_is_named(pool: Pool, superuser: Connection, kept: str) -> None:
    """Rows without their command are named, because they could be written again. The fingerprint of the command is
    sealed in its rows, so they cannot be verified either."""
    await tamper(superuser, "delete from command where dossier = $1 and first_version = 2")
    altered = [("row_altered", ONE, 2), ("row_altered", ONE, 3)]
    assert await found(pool) == [("command_disagrees", ONE, 2), *altered]


async def test_a_dossier_that_vanished_is_named(pool: Pool, superuser: Connection, kept: str) -> None:
    """A dossier without events is found by its commands and by the register."""
    await tamper(superuser, "delete from event where dossier = $1")
    problems = await found(pool)
    assert [code for code, _, _ in problems].count("command_disagrees") == 3
    assert ("view_without_events", ONE, 4) in problems
    assert {dossier for _, dossier, _ in problems} == {ONE}


async def test_swapped_dossiers_are_named(pool: Pool, superuser: Connection, kept: str) -> None:
    """A row that was moved to another dossier is named."""
    await tamper(superuser, "delete from event where dossier = $1 and version = 3", code=TWO)
    moved = "update event set dossier = 'H42.12-250701-0002' where dossier = $1 and version = 3"
    await tamper(superuser, moved)
    problems = await found(pool)
    assert ("row_altered", TWO, 3) in problems
    assert ("version_gap", ONE, 4) in problems


async def test_altered_personal_data_is_named(pool: Pool, superuser: Connection, kept: str) -> None:
    """Changed personal data differs from its commitment and is named, and so is a missing row."""
    await superuser.execute("""update vault.personal set body = '{"name": "Trần Văn Đúc"}' where dossier = $1""", ONE)
    assert await found(pool) == [("personal_altered", ONE, 1)]
    await superuser.execute("delete from vault.reference where dossier = $1", ONE)
    await superuser.execute("delete from vault.personal where commitment = $1", kept)
    assert await found(pool) == [("personal_missing", ONE, 1)]


async def test_a_read_model_that_lies_is_named(pool: Pool, kept: str) -> None:
    """A stored state that differs from the events is named with the entries that differ."""
    await pool.execute("update dossier set snapshot = jsonb_set(snapshot, '{happened}', '[]') where code = $1", ONE)
    verified = await verify(pool, fold=fold)
    reported = [(one.code, one.dossier, one.table, one.column) for one in verified.problems]
    assert reported == [("view_differs", ONE, "dossier", "snapshot.happened")]
    assert (await verify(pool)).sound, "without a fold the state is not compared"


async def test_a_fold_that_fails_does_not_stop_the_walk(pool: Pool, kept: str) -> None:
    """A dossier that cannot be rebuilt is a finding, and the others are still checked."""

    def failing(history: Sequence[RecordedEvent]) -> DossierView:
        if history[0].dossier == ONE:
            raise LookupError("no such rule")
        return fold(history)

    assert await found(pool, fold=failing) == [("cannot_be_folded", ONE, 4)]


@pytest.mark.parametrize(("table", "trigger"), sorted(declared().before))
async def test_a_guard_that_is_down_is_named(
    pool: Pool, superuser: Connection, kept: str, table: str, trigger: str
) -> None:
    """A trigger that is switched off, weakened or removed is found before anything was changed."""
    for statement, state in (
        (f"alter table {table} disable trigger {trigger}", "D"),
        (f"alter table {table} enable trigger {trigger}", "O"),
        (f"drop trigger {trigger} on {table}", "missing"),
    ):
        await superuser.execute(statement)
        verified = await verify(pool)
        assert [one.found for one in verified.problems if one.code == "guard_missing"] == [f"{table}: {state}"]
        assert {one.code for one in verified.problems} <= {"guard_missing", "guard_gives_way"}


async def test_a_privilege_too_many_is_named(pool: Pool, superuser: Connection, kept: str) -> None:
    """A right of the application to change the record is a finding."""
    await superuser.execute("grant update on event to luongxanh_app")
    verified = await verify(pool)
    assert [(one.code, one.found) for one in verified.problems] == [
        ("guard_missing", "event: luongxanh_app has UPDATE")
    ]


async def test_a_ledger_from_a_dump_is_named(pool: Pool, superuser: Connection, kept: str) -> None:
    """Transaction ids above those of this server are named, because readers of the feed would miss rows."""
    await tamper(superuser, "update event set xid = '99999999' where dossier = $1 and version = 4", code=TWO)
    assert await found(pool) == [("transaction_from_future", TWO, 4)]


async def test_every_problem_speaks_both_languages(pool: Pool, superuser: Connection, kept: str) -> None:
    """A finding has its place and a sentence in Vietnamese and in English."""
    await tamper(superuser, "delete from event where dossier = $1 and version = 2")
    for one in (await verify(pool)).problems:
        assert one.what.vi != one.what.en
        assert one.dossier == ONE


async def test_more_dossiers_than_a_batch(pool: Pool, ledger: Ledger, superuser: Connection) -> None:
    """No dossier is lost between two batches."""
    codes = [f"H42.12-250702-{number:04d}" for number in range(2 * BATCH + 1)]
    for code in codes:
        await ledger.record(append(code, [started()]))
    reported: list[int] = []
    verified = await verify(pool, fold=fold, progress=reported.append)
    assert (verified.chains, verified.events, verified.sound) == (len(codes), len(codes), True)
    assert reported == [BATCH, 2 * BATCH, len(codes)]
    for code in (codes[0], codes[BATCH - 1], codes[BATCH], codes[-1]):
        await tamper(superuser, "update event set actor_person = 'x' where dossier = $1", code=code)
    altered = [one.dossier for one in (await verify(pool)).problems]
    assert altered == [codes[0], codes[BATCH - 1], codes[BATCH], codes[-1]]
