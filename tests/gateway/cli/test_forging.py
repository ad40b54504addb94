"""Tests that no stored text can make an output show a forged line or hide a real one."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import is_dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from rich.console import RenderableType
from rich.table import Table

from activities.ledger.integrity_report import Finding
from activities.relays.notices import NoticesRelay
from domain.channels.applicant_policy import ApplicantNotices
from domain.channels.kinds import NoticeKind
from domain.deadlines.timing import Pause, PauseGround, Timing, extend
from domain.dossier.events import AnyEvent
from domain.dossier.view import DossierSummary
from domain.errors import NotFound
from domain.messages.dossier import DossierRefusal
from domain.notices.digest import DigestLine, digest_text
from domain.notices.lines import StaffNotice
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.text.printable import json_text
from domain.values import Bilingual
from gateway.cli import output as cli_output
from gateway.cli.dossier.lists import _register, _work_list
from gateway.cli.dossier.page_view import page_parts
from gateway.cli.dossier.show import _story
from gateway.cli.findings_page import show_problems
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import Output
from gateway.cli.problems import CommandLineProblem, as_lines
from gateway.cli.terminal import Terminal
from gateway.views.deadline_explanation import explain_timing, explanation_lines
from gateway.views.dossier_page import DossierPage
from gateway.views.timeline import Names, line
from gateway.views.work_list import HeldWork
from tests.support.command_line import run
from tests.support.every_value import AT, models
from tests.support.small_province import CALENDAR, RULEBOOK
from tools.demo.report import DossierStory, StoryLine
from workers import telemetry

SIGNED = "  7  09:00 05/08/2026  người có thẩm quyền ký, Phường Hà Nam: Đã ký số tại Phường Hà Nam."
FORGED = {
    "line": f"Điều 9\n{SIGNED}",
    "return": f"Điều 9\r{SIGNED}",
    "separator": f"Điều 9\u2028{SIGNED}",
    "next_line": f"Điều 9\x85{SIGNED}",
    "escape": f"Điều 9\x1b[1A\x1b[2K{SIGNED}",
    "c1": f"Điều 9\x9b2J{SIGNED}",
    "link": "\x1b]8;;http://example.vn\x1b\\Điều 9\x1b]8;;\x1b\\",
    "bidi": "Điều 9 \u202e.ys ýk ãĐ\u2066",
    "unseen": "Đi\u200bều\u00ad 9\ufeff\u3164",
    "blanks": f"Điều 9{' ' * 200}{SIGNED}",
}
OURS = frozenset("\n")
CLERK = ("--as", "clerk", "--person", "p1")
NAMES = Names(on=AT.date())
WIDTH = 400
"""Wide enough for every line, so that an additional line is a forged one."""

each_forgery = pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())


def with_texts(value: Any, text: str, *, codes: bool = True) -> Any:
    """The same value with this text wherever a text can be, without validation.

    `codes`: also in fields that may hold only codes today.
    """
    if isinstance(value, BaseModel):
        fields = {
            name: with_texts(getattr(value, name), text, codes=codes)
            for name, field in type(value).model_fields.items()
            if get_origin(field.annotation) is not Literal and (codes or not _is_code(field))
        }
        return value.model_copy(update=fields)
    if isinstance(value, tuple):
        return tuple(with_texts(one, text, codes=codes) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        kinds = get_type_hints(type(value), include_extras=True)
        kept = {name: kind for name, kind in kinds.items() if codes or "pattern" not in str(kind)}
        return replace(value, **{name: with_texts(getattr(value, name), text, codes=codes) for name in kept})
    hashed = isinstance(value, str) and len(value) == 64
    return text if isinstance(value, str) and not isinstance(value, StrEnum) and not hashed else value


def _is_code(field: FieldInfo) -> bool:
    return "pattern" in f"{field.annotation} {field.metadata}"


def require_harmless(shown: str, of: str = "") -> None:
    """Requires visible characters and our own line breaks only, and no long row of blanks that could hide a line."""
    assert all(letter.isprintable() or letter in OURS for letter in shown), ascii(shown)
    assert "\u3164" not in shown
    assert not any(text.lstrip().startswith("7  09:00") for text in shown.splitlines()), shown


def screen(*parts: RenderableType, width: int = WIDTH) -> str:
    """The text that a terminal gets, without colours."""
    sent = io.StringIO()
    terminal = Terminal(width=width)
    terminal.file = sent
    terminal.no_color = True
    for part in parts:
        terminal.print(part)
    return sent.getvalue()


@each_forgery
@pytest.mark.parametrize("kind", get_args(AnyEvent), ids=lambda kind: kind.__name__)
def test_no_event_can_look_like_two(kind: type[BaseModel], forged: str) -> None:
    """Each event is one line of the history in either language, whatever its fields and names hold."""
    for event in models(kind):
        recorded = unread(forged).model_copy(update={"event": with_texts(event, forged), "kind": event.kind})
        as_read = RecordedEvent.model_construct(**{**dict(recorded), "actor": _actor(forged), "event": recorded.event})
        for language in ("vi", "en"):
            told_line = line(as_read, NAMES, language)
            require_harmless(told_line)
            assert "\n" not in told_line


def _actor(forged: str) -> Any:
    from domain.roles import Actor, Role

    return Actor.model_construct(
        person=forged, role=Role.SIGNATORY, unit=forged, as_of=None, stands_in_for=None, carried_by=forged
    )


def unread(forged: str) -> UnreadEvent:
    from uuid import UUID

    return UnreadEvent.model_construct(
        dossier="H42.101-260805-0001", version=1, command_id=UUID(int=1), kind=forged, schema_version=1, at=AT,
        person=forged, role=forged, unit=forged, carried_by=forged, event={"text": forged},
    )  # fmt: skip


@each_forgery
@pytest.mark.parametrize("width", [40, 80, WIDTH])
def test_what_runs_over_in_the_history_stays_in_its_column(forged: str, width: int) -> None:
    """On a terminal only a real event begins at the left edge; a long text goes on in its own column."""
    shown = screen(_story([unread(forged)], NAMES, Output()), width=width)
    require_harmless(shown)
    first, *others = shown.splitlines()
    assert first.startswith("1  09:00 05/08/2026")
    assert all(text.startswith(" " * 21) for text in others)


@each_forgery
def test_the_page_of_a_dossier_has_no_line_more(forged: str) -> None:
    """With such texts, names and reasons the page has as many lines as with plain ones."""
    full, *_, bare = models(DossierPage)
    for page in (full, bare):
        plain, made = (screen(*page_parts(with_texts(page, text), NAMES, Output())) for text in ("x1", forged))
        require_harmless(made)
        assert len(made.splitlines()) == len(plain.splitlines())


@each_forgery
def test_the_register_and_the_work_lists_have_a_line_a_row(forged: str) -> None:
    """The two tables have one line for the headings and one for each row."""
    row, work = (with_texts(models(kind)[0], forged) for kind in (DossierSummary, HeldWork))
    tables: Iterable[Table] = (_register([row], {}, {}, NAMES, Output()), _work_list([work], {}, NAMES, Output()))
    for table in tables:
        shown = screen(table)
        require_harmless(shown)
        assert len(shown.splitlines()) == 2


@each_forgery
def test_an_error_quotes_what_was_typed_without_obeying_it(forged: str) -> None:
    """An error has three lines: the code, the Vietnamese and the English sentence."""
    for problem in (
        NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=forged),
        CommandLineProblem(CommandLineRefusal.CODE_DOES_NOT_PARSE, given=forged),
    ):
        lines = list(as_lines(problem))
        assert len(lines) == 3
        require_harmless("\n".join(lines))
        assert problem.facts.get("dossier", problem.facts.get("given")) == forged, "machines get it as it came"


@each_forgery
def test_a_derivation_has_a_line_for_what_it_says(forged: str) -> None:
    """The legal basis of a pause and the reason of an extension stay inside their lines."""

    def lines(text: str) -> list[str]:
        timing = models(Timing)[0].model_copy(update={"received_at": AT, "extensions": (), "ended_at": None})
        stopped = Pause(ground=PauseGround.OTHER, began=AT, ended=AT + timedelta(hours=1))
        stopped = stopped.model_copy(update={"legal_basis": text, "evidence": text})
        timing = extend(timing.model_copy(update={"pauses": (stopped,)}), AT + timedelta(days=30), AT, "x1")
        timing = timing.model_copy(update={"extensions": (timing.extensions[0].model_copy(update={"reason": text}),)})
        return explanation_lines(explain_timing(timing, [CALENDAR], AT + timedelta(days=1)), "vi", lambda _: text)

    assert len(lines(forged)) == len(lines("x1"))
    for one in lines(forged):
        require_harmless(one.strip())
        assert "\n" not in one


@each_forgery
def test_json_is_one_line_and_its_value_is_what_was_stored(forged: str) -> None:
    """JSON escapes every character that a terminal acts on, and its value is unchanged."""
    written = json_text({"legal_basis": forged})
    require_harmless(written)
    assert "\n" not in written
    assert json.loads(written) == {"legal_basis": forged}


@each_forgery
def test_a_finding_of_the_ledger_is_told_on_its_lines(forged: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The text of a changed row is printed like any other data."""
    cli_output.console.cache_clear()
    what = Bilingual(vi="Sai.", en="Wrong.")
    show_problems(
        (Finding(dossier=forged, version=1, code=forged, what=what, expected=forged, found=forged),), Output()
    )
    cli_output.console.cache_clear()
    shown = capsys.readouterr().out
    require_harmless(shown)
    assert len(shown.splitlines()) == 2


@each_forgery
def test_a_log_is_a_line_of_json(forged: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each log line is one line of JSON, also on a terminal."""
    before = logging.getLogger().handlers
    telemetry.set_up_logs("test", "info")
    logging.getLogger("test").warning("%s", forged, extra={})
    logging.getLogger().handlers = before
    shown = capsys.readouterr().err
    require_harmless(shown)
    assert len(shown.splitlines()) == 1


@each_forgery
async def test_what_is_sent_to_people_is_one_line(forged: str) -> None:
    """A text message is one line, whatever the stored texts hold."""
    sent: list[str] = []

    policy = ApplicantNotices()

    class Register:
        async def add(self, key: str, dossier: str, _: int, kind: NoticeKind, facts: dict[str, str], *__: Any) -> None:
            template = policy.template(kind)
            sent.extend((template.text_of(facts), template.subject_of(facts)))

    class Reader:
        async def dossier(self, _: str) -> None:
            return None

    class Lines:
        async def add(self, dossier: str, _: int, lines: Iterable[StaffNotice]) -> None:
            forged_lines = (DigestLine.model_construct(dossier=dossier, **dict(one)) for one in lines)
            sent.append(digest_text(forged_lines))

    for kind in get_args(AnyEvent):
        event = with_texts(models(kind)[0], forged, codes=False)
        recorded = RecordedEvent.model_construct(
            **{**dict(unread(forged)), "kind": event.kind, "event": event, "xid": 1, "position": 1}
        )
        relay = NoticesRelay(Register(), Lines(), Reader(), lambda: RULEBOOK, policy)  # type: ignore[arg-type]
        await relay.hand([recorded])
    assert sent
    for text in sent:
        require_harmless(text)
        assert "\n" not in text


@each_forgery
def test_the_demo_s_story_has_a_line_an_event(forged: str) -> None:
    """The demo's story has one line for each event."""
    from tools.demo.page import _story as story_of_the_demo

    told_lines = (StoryLine(at=AT, who=forged, what=forged),)
    shown = screen(*story_of_the_demo(DossierStory(dossier="H42", procedure=forged, lines=told_lines)), width=1_000)
    require_harmless(shown)
    assert len(shown.splitlines()) == 2


@pytest.mark.parametrize(
    "ask",
    [
        lambda forged: ("dossier", "show", forged),
        lambda forged: ("dossier", "act", "H42.101-250805-0001", forged, *CLERK),
        lambda forged: ("dossier", "act", "H42.101-250805-0001", "accept", "--as", forged, "--person", "p1"),
        lambda forged: ("dossier", "act", "H42.101-250805-0001", "accept", *CLERK, "--data", forged),
        lambda forged: (
            "dossier", "act", "H42.101-250805-0001", "complete_step", *CLERK,
            "--data", json.dumps({"step": forged, forged: 1}),
        ),
        lambda forged: (forged,),
    ],
    ids=["code", "command", "option", "data", "fields", "group"],
)  # fmt: skip
def test_the_command_line_obeys_nothing_it_was_given(ask: Callable[[str], tuple[str, ...]]) -> None:
    """An error quotes a wrong argument without its control characters, also with --json."""
    forged = f"{FORGED['bidi']}{FORGED['escape']}{FORGED['line']}"
    for more in ((), ("--json",)):
        ran = run(*ask(forged), *more)
        assert ran.code != 0
        require_harmless(ran.out + ran.err)
