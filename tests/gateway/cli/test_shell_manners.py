"""Tests of the command in a shell: early readers, closed streams, other locales and wrong settings do not change the
exit code or print a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.app import options_last
from tests.support.command_line import CHECKOUT, PROGRAM, TOOLS, CommandLine, Ran, run, submission
from tests.support.forked_program import Program, Stream
from tests.support.one_start import Order, run_after_one_start

pytestmark = pytest.mark.slow

PROVINCE = CHECKOUT / "deploy" / "ninh-binh"
CATALOGUE = PROVINCE / "catalogue" / "national.jsonl"
ROUTE = ("route", "explain", "--procedure", "1.001193", "--received-by", "13285", "--territory", "13366")
DUE = ("deadline", "explain", "1.004873", "--received", "2026-02-13T16:00+07:00", "--channel", "counter")
BATCH = (
    '{"id": 1, "code": "1.012783", "channel": "counter", "received": "2026-02-13T16:00:00+07:00", "green": null}\n' * 3
)
COMMANDS = {
    "help": ("--help",),
    "version": ("--version",),
    "help of a command": ("dossier", "act", "--help"),
    "no such command": ("dosier",),
    "a code that is none": ("dossier", "show", "hồ sơ"),
    "nothing runs": ("dossier", "list"),
    "nothing to verify": ("ledger", "verify", "--json"),
    "status": ("status",),
    "status for machines": ("status", "--json"),
    "configuration": ("config", "check", str(PROVINCE)),
    "route": ROUTE,
    "route for machines": (*ROUTE, "--json"),
    "due date": DUE,
    "submission": ("dossier", "submit", "-"),
    "batch": ("deadline", "--batch", "-"),
}
PROGRAMS = {"status": Program.TOOLS, "status for machines": Program.TOOLS}
"""Variables that do not belong to `luongxanh`."""
WORDS = {"submission": submission(), "batch": BATCH}
AWAY = {"LUONGXANH_STACK": "/nonexistent/stack"}
every_command = pytest.mark.parametrize("name", COMMANDS)
_usual: dict[str, Ran] = {}


def ran(name: str, **streams: Any) -> Ran:
    """Runs the command with these standard streams."""
    program = PROGRAMS.get(name, Program.LUONGXANH)
    return run(*COMMANDS[name], stdin=WORDS.get(name, ""), environment=AWAY, program=program, **streams)


def usual(name: str) -> Ran:
    """The result of the command with normal streams."""
    if name not in _usual:
        _usual[name] = ran(name)
    return _usual[name]


def in_shell(name: str, words: str, **environment: str) -> Ran:
    """Runs the command in a shell, with redirections."""
    program = TOOLS if name in PROGRAMS else (PROGRAM,)
    finished = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {words}', "sh", *program, *COMMANDS[name]],
        input=WORDS.get(name, "").encode(),
        capture_output=True,
        cwd=CHECKOUT,
        env={**os.environ, **AWAY, **environment},
        timeout=120,
    )
    return Ran(finished.returncode, finished.stdout.decode("utf-8"), finished.stderr.decode("utf-8"))


@contextmanager
def nobody_reads() -> Iterator[Stream]:
    """The writing end of a pipe without a reader."""
    reading, writing = os.pipe()
    os.close(reading)
    yield Stream(writing)
    os.close(writing)


def without_a_word_of_python(text: str) -> None:
    for word in ("Traceback", "Exception ignored", "Error:", "unexpected"):
        assert word not in text


@every_command
def test_a_reader_that_goes_is_no_failure(name: str) -> None:
    """With `| head -1` the exit code is 0 or an end by SIGPIPE; a command with another exit code keeps it."""
    with nobody_reads() as pipe:
        unread = ran(name, stdout=pipe)
    assert unread.code in {0, -signal.SIGPIPE, usual(name).code} - {1}
    without_a_word_of_python(unread.err)


@every_command
def test_who_reads_no_errors_still_gets_the_exit_code(name: str) -> None:
    """A standard error without a reader does not change the exit code."""
    with nobody_reads() as pipe:
        unread = ran(name, stderr=pipe)
    assert unread.code == usual(name).code
    without_a_word_of_python(unread.out)


CLOSED = {"stdin": "<&-", "stdout": ">&-", "stderr": "2>&-"}
"""The standard streams, and how a shell closes each."""


@pytest.mark.parametrize("closed", [("stdout",), ("stderr",), ("stdout", "stderr")], ids=" ".join)
@every_command
def test_a_closed_output_changes_no_exit_code(name: str, closed: tuple[str, ...]) -> None:
    """A closed output does not change the exit code, and the open streams have their usual text."""
    cut = ran(name, without=closed)
    assert cut.code == usual(name).code
    if closed == ("stdout",):
        assert cut.err.splitlines()[-1:] == usual(name).err.splitlines()[-1:]
    without_a_word_of_python(cut.out + cut.err)


@every_command
def test_a_closed_input_is_an_empty_one(name: str) -> None:
    """A closed input counts as empty: only a command that reads it reports an error."""
    cut = ran(name, without=("stdin",))
    if name == "submission":
        assert (cut.code, "not_json" in cut.err) == (2, True)
    else:
        assert cut.code == usual(name).code
    without_a_word_of_python(cut.out + cut.err)


@pytest.mark.parametrize(
    ("name", "closed"),
    [("route", ("stdout",)), ("status", ("stderr",)), ("route", tuple(CLOSED)), ("status", tuple(CLOSED))],
    ids=lambda one: one if isinstance(one, str) else " ".join(one),
)
def test_a_shell_that_closes_streams_is_the_same(name: str, closed: tuple[str, ...]) -> None:
    """A program that starts without standard streams, as under some service managers, behaves the same."""
    shell, cut = in_shell(name, " ".join(CLOSED[stream] for stream in closed)), ran(name, without=closed)
    assert (shell.code, shell.out, shell.err) == (cut.code, cut.out, cut.err)
    assert shell.code == usual(name).code


@pytest.mark.parametrize("name", ["configuration", "route", "help"])
def test_a_full_disk_under_the_answer_is_told(name: str) -> None:
    """When the answer cannot be written, the exit code is 1 with the reason."""
    with open("/dev/full", "wb") as full:
        lost = ran(name, stdout=Stream(full))
    assert lost.code == 1
    assert "machine_refused" in lost.err
    without_a_word_of_python(lost.err)


LOCALES = {
    "C": {"LC_ALL": "C"},
    "ASCII": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "unknown": {"LC_ALL": "nonsense"},
}
UNSET = {"LANG": "", "PYTHONIOENCODING": ""}


@cache
def started_in(locale: str) -> dict[str, Ran]:
    """The result of every command after one start of an interpreter in this locale."""
    orders = [Order(PROGRAMS.get(name, Program.LUONGXANH), COMMANDS[name], WORDS.get(name, "")) for name in COMMANDS]
    started = run_after_one_start(orders, {**AWAY, **UNSET, **LOCALES[locale]})
    assert started.err == ""
    return dict(zip(COMMANDS, started.ran, strict=True))


@pytest.mark.parametrize("locale", LOCALES)
@every_command
def test_vietnamese_comes_out_whatever_the_locale(name: str, locale: str) -> None:
    """The output has the same bytes in every locale."""
    ran = started_in(locale)[name]
    assert (ran.code, ran.out) == (usual(name).code, usual(name).out)
    without_a_word_of_python(ran.err)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", ["a code that is none", "status"])
def test_a_program_that_a_shell_starts_in_a_locale_is_the_same(name: str, locale: str) -> None:
    """Each program, started by itself in a locale, does as after the one start."""
    shell = in_shell(name, "", **UNSET, **LOCALES[locale])
    assert shell == started_in(locale)[name]


NONSENSE = ("nonsense", "postgresql://", "postgresql://h:port/x", "postgresql://u:secret@h:99999/x", "mysql://h/x",
            "http://[", "postgresql://u:secret@127.0.0.1:1/x?sslmode=perhaps",
            "postgresql://u:secret@127.0.0.1:1/x?sslmode=verify-full&sslrootcert=/nonexistent")  # fmt: skip


@pytest.mark.parametrize("url", NONSENSE)
@pytest.mark.parametrize("command", [("dossier", "list"), ("dossier", "submit", "-"), ("ledger", "verify")])
def test_a_database_url_that_is_none_is_told(command: tuple[str, ...], url: str) -> None:
    """A wrong database URL is reported by its variable without the password, with exit code 2, or 5 when it may be a
    server."""
    environment = {**AWAY, "LUONGXANH_DATABASE_URL": url, "LUONGXANH_TEMPORAL_ADDRESS": "127.0.0.1:1"}
    ran = run(*command, "--json", stdin=submission(), environment=environment)
    if url == "postgresql://":  # well formed: libpq's default server on this machine, which does not answer
        assert ran.code == 5
    else:
        assert (ran.code, ran.error["code"]) == (2, "setting_invalid")
        assert "LUONGXANH_DATABASE_URL" in ran.error["message"]["vi"]
    assert "secret" not in ran.out + ran.err
    without_a_word_of_python(ran.out + ran.err)


@pytest.mark.parametrize(
    "address", ["nonsense", "host:port", "127.0.0.1:99999", "http://127.0.0.1:7233", "a b:7233", ":1"]
)
def test_an_address_of_temporal_that_is_none_is_told(address: str) -> None:
    """A wrong Temporal address has exit code 2 and names the variable."""
    ran = run("dossier", "list", "--json", environment={**AWAY, "LUONGXANH_TEMPORAL_ADDRESS": address})
    assert (ran.code, ran.error["code"]) == (2, "setting_invalid")
    assert "LUONGXANH_TEMPORAL_ADDRESS" in ran.error["message"]["vi"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("--json", *ROUTE), (*ROUTE, "--json")),
        (("route", "--json", *ROUTE[1:]), (*ROUTE, "--json")),
        (("--lang", "en", "--json", *ROUTE), (*ROUTE, "--lang", "en", "--json")),
        (("--lang=en", *ROUTE), (*ROUTE, "--lang", "en")),
        (("--json", "dosier"), ("dosier", "--json")),
        (("--json", "dossier", "list"), ("dossier", "list", "--json")),
        (("--lang", "en", "dossier", "list"), ("dossier", "list", "--lang", "en")),
        (("--lang", "en", "--help"), ("--help",)),
        (("--json", "config", "--help"), ("config", "--help")),
    ],
    ids=" ".join,
)
def test_json_and_lang_may_stand_before_the_command(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """`--json` and `--lang` before the command mean the same as after it."""
    one, other = run(*before, environment=AWAY), run(*after, environment=AWAY)
    assert (one.code, one.out, one.err) == (other.code, other.out, other.err)


def test_what_stands_behind_two_dashes_is_no_option() -> None:
    """A text after `--`, or the value of an option, is not read as an option."""
    assert options_last(["--json", "dossier", "show", "--", "--json"]) == ["dossier", "show", "--json", "--", "--json"]
    assert options_last(["dossier", "show", "--json", "X"]) == ["dossier", "show", "--json", "X"]
    assert options_last(["--lang"]) == ["--lang"]
    three_words = options_last(["ops", "--json", "incident", "--lang", "en", "list"])
    assert three_words == ["ops", "incident", "list", "--json", "--lang", "en"]
    assert options_last([]) == []


def test_a_catalogue_of_rejects_only_is_wrong_input(tmp_path: Path) -> None:
    """A catalogue without any good row has exit code 2; with one it succeeds with problems."""
    good = next(line for line in CATALOGUE.read_text(encoding="utf-8").splitlines() if line.strip())
    for rows, code in ((("{}", "[]", "no json"), 2), (("{}", good), 0), ((good,), 0)):
        file = tmp_path / "catalogue.jsonl"
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")
        ran = run("catalogue", "import", str(file), "--dry-run", "--json", environment=AWAY)
        assert ran.code == code
        assert ran.value["rows"] == len(rows)
        assert run("catalogue", "import", str(file), "--dry-run", environment=AWAY).code == code


LISTS = (("dossier", "list"), ("dossier", "list", "--json"), ("dossier", "work", "--unit", "13285", "--json"),
         ("procedure", "versions"), ("ledger", "verify"), ("dossier", "history", "{code}"),
         ("dossier", "show", "{code}", "--json"))  # fmt: skip


@pytest.mark.stack
def test_a_reader_that_goes_is_no_failure_where_there_is_much_to_read(luongxanh: CommandLine) -> None:
    """An early reader is no failure against a whole stack either."""
    code = luongxanh("dossier", "submit", "-", "--json", stdin=submission()).value["dossier"]
    environment = {"LUONGXANH_STACK": str(luongxanh.folder)}
    for program, command in [*((Program.LUONGXANH, words) for words in LISTS), (Program.TOOLS, ("status",))]:
        words = [word.format(code=code) for word in command]
        with nobody_reads() as pipe:
            unread = run(*words, environment=environment, program=program, stdout=pipe)
        assert (words, unread.code) in ((words, 0), (words, -signal.SIGPIPE))
        without_a_word_of_python(unread.err)
