"""The command line: its groups of commands, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError

from gateway.cli.dependencies import Dependencies, install

if TYPE_CHECKING:
    from gateway.cli.problems import ErrorInWords

HELP = """\
Luồng Xanh: xử lý hồ sơ thủ tục hành chính của tỉnh Ninh Bình.
(The dossiers of Ninh Bình's public services, from submission to result.)

Bắt đầu (to begin):
  luongxanh config check                kiểm tra cấu hình của tỉnh
  luongxanh dossier submit hoso.json    nộp một hồ sơ
  luongxanh dossier show H42.101-250805-0001

Mọi lệnh có --json (một giá trị, hoặc mỗi dòng một giá trị) và --help.
(Every command has --json, one value or one a line, and --help.)

Mã thoát (exit codes):
  0  xong (done)
  1  kiểm tra không đạt, hoặc lỗi khác (a check failed, or anything else)
  2  lệnh, dữ liệu hay cấu hình sai (wrong usage, input or settings)
  3  quy định không cho phép (refused by a rule)
  4  không tìm thấy (not found)
  5  hệ thống chưa sẵn sàng, hãy thử lại (unavailable: try again)"""

WORDS_OF_A_COMMAND = 2
"""A command has two words, as `dossier list`. Options before the second word stand before the command."""
GROUPS_OF_THREE_WORDS = (["ops", "incident"],)
"""The groups within a group, whose commands have three words, as `ops incident list`."""

LAST_FRAMES = 6
"""How many lines of the traceback of an unexpected error are shown: the last ones."""

GROUPS = (
    ("dossier", "Nộp, xử lý, xem hồ sơ (submit, drive, read dossiers)"),
    ("deadline", "Tính và giải thích thời hạn (compute and explain due dates)"),
    ("escalation", "Leo thang: bậc nào, lúc nào, báo ai, vì sao (the ladder: which rung, when, to whom)"),
    ("leave", "Nghỉ và ủy quyền có thời hạn (absences and delegations for a period)"),
    ("notices", "Tin cho người nộp, từ chối nhận tin (notices to applicants, opting out)"),
    ("route", "Cơ quan nào giải quyết, vì sao (who is competent, and why)"),
    ("calendar", "Lịch làm việc, ngày nghỉ (working calendar)"),
    ("organisation", "Sáp nhập, chia tách đơn vị (merge and split units)"),
    ("ops", "Bàn vận hành: tìm, phát lại, sửa, đối chiếu (operators' desk: find, replay, repair, reconcile)"),
    ("rollout", "Các đợt đổi quy định: dừng, chạy tiếp, bỏ (changes of rules: stop, resume, abandon)"),
    ("procedure", "Phiên bản thủ tục, hồ sơ theo phiên bản nào (versions of procedures)"),
    ("catalogue", "Danh mục thủ tục quốc gia (national catalogue)"),
    ("config", "Kiểm tra cấu hình của tỉnh (check the configuration)"),
    ("ledger", "Kiểm tra sổ cái, dựng lại bảng tra cứu (verify the record)"),
    ("rules", "Công bố quy định của tỉnh (publish the province's rules)"),
    ("privacy", "Xóa dữ liệu cá nhân (erase personal data)"),
    ("documents", "Văn bản qua trục liên thông: đã gửi, đã nhận, chờ người xem (documents on the axis)"),
    ("relay", "Các kênh chuyển tin ra ngoài: đến đâu, vướng gì (what is handed on to others)"),
    ("portal", "So với Cổng Dịch vụ công, gửi lại (compare with the national portal, send again)"),
    ("adapters", "Hệ thống ngoài: đang thế nào, ngừng, rút, gọi lại (outside systems: state, hold, drain, try)"),
    ("search-attributes", "Thuộc tính tìm kiếm của Temporal (Temporal's search attributes)"),
    ("database", "Cơ sở dữ liệu: nâng cấp, tình trạng, sau khi phục hồi (migrate, status, after a restore)"),
)
"""Each group is the `app` of the module with its name in this package; `-` becomes `_`."""


def build(in_place_of: Mapping[str, str] = MappingProxyType({})) -> App:
    """The application. The module of a group is loaded when the group is called.

    `in_place_of`: where a group with more commands is, by its name.
    """
    app = App(name="luongxanh", help=HELP, help_format="plaintext", version=_version, suppress_keyboard_interrupt=False)
    for place, (name, summary) in enumerate(GROUPS):
        where = in_place_of.get(name, f"gateway.cli.{name.replace('-', '_')}:app")
        app.command(where, name=name, help=summary, sort_key=place)
    return app


def _version() -> str:
    from importlib.metadata import version

    return version("luongxanh")


def run(app: App, arguments: Sequence[str], dependencies: Dependencies) -> int:
    """Runs one command and returns its exit code. Errors are printed only here."""
    _speak_utf8()
    install(dependencies)
    given = options_last([as_typed(argument) for argument in arguments])
    try:
        code = _called(app, given)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return 0  # the reader has closed the pipe (`| head`)
    except SystemExit as ending:
        # The printing of help ends the process with 1 at a broken pipe.
        return 0 if isinstance(ending.__context__, BrokenPipeError) else _code_of(ending)
    except KeyboardInterrupt:
        return _tell_interrupted()
    except Exception as problem:
        return _report(problem, "--json" in given)


def _code_of(ending: SystemExit) -> int:
    return ending.code if isinstance(ending.code, int) else int(ending.code is not None)


def as_typed(argument: str) -> str:
    """The argument read as UTF-8, whatever the locale is. Bytes that are not UTF-8 stay surrogates."""
    return os.fsencode(argument).decode("utf-8", "surrogateescape") if _has_surrogates(argument) else argument


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


EVERYWHERE = "--json"
EVERYWHERE_WITH_VALUE = "--lang"


def options_last(arguments: Sequence[str]) -> list[str]:
    """Moves `--json` and `--lang` behind the command. They belong to a command, but may stand before its name."""
    front: list[str] = []
    rest = list(arguments)
    kept: list[str] = []
    while rest and not _is_command([word for word in kept if not word.startswith("-")]):
        word = rest.pop(0)
        if word == "--":
            rest.insert(0, word)
            break
        if word == EVERYWHERE or word.startswith(f"{EVERYWHERE_WITH_VALUE}="):
            front.append(word)
        elif word == EVERYWHERE_WITH_VALUE and rest:
            front += [word, rest.pop(0)]
        else:
            kept.append(word)
    end = rest.index("--") if "--" in rest else len(rest)
    return [*kept, *rest[:end], *front, *rest[end:]]


def _is_command(words: list[str]) -> bool:
    """True when a command has been named in full."""
    return len(words) >= WORDS_OF_A_COMMAND and words not in GROUPS_OF_THREE_WORDS


def _called(app: App, arguments: list[str]) -> int:
    from gateway.cli.inputs import require_utf8

    require_utf8(arguments)
    try:
        answer = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as problem:
        from gateway.cli.usage import usage

        raise usage(app, problem) from None
    return answer if isinstance(answer, int) else 0


def _report(problem: Exception, wants_json: bool) -> int:
    """Prints the error and returns its exit code. The code is returned also when printing fails."""
    from gateway.cli.problems import ErrorInWords, Exit, exit_code_of

    error = problem if isinstance(problem, ErrorInWords) else _translated(problem)
    with suppress(OSError):
        _print_error(error, problem, wants_json)
        sys.stdout.flush()
    return exit_code_of(error) if isinstance(problem, ErrorInWords) else Exit.FAILED


def _print_error(error: ErrorInWords, problem: Exception, wants_json: bool) -> None:
    from gateway.cli.output import print_json, tell
    from gateway.cli.problems import ErrorInWords, as_json, as_lines

    if wants_json:
        print_json(as_json(error))
    else:
        first, *rest = as_lines(error)
        tell(first, style="bold red")
        tell(*rest)
    if not isinstance(problem, ErrorInWords | OSError):
        # Only the places are printed: the text of an unexpected error may repeat what somebody typed.
        tell(*traceback.format_tb(problem.__traceback__)[-LAST_FRAMES:])


def _translated(problem: Exception) -> ErrorInWords:
    """The error of the operating system in words; every other error is a mistake of the program."""
    from domain.machine_errors import machine_says
    from gateway.cli.messages import CommandLineRefusal
    from gateway.cli.problems import CommandLineProblem

    if isinstance(problem, OSError):
        return CommandLineProblem(
            CommandLineRefusal.MACHINE_REFUSED, path=problem.filename or "–", problem=machine_says(problem)
        )
    return CommandLineProblem(CommandLineRefusal.UNEXPECTED, type=type(problem).__name__)


def _tell_interrupted() -> int:
    from gateway.cli.messages import CommandLineRefusal
    from gateway.cli.output import tell
    from gateway.cli.problems import Exit

    text = CommandLineRefusal.INTERRUPTED.sentence
    with suppress(OSError):
        tell(f"{text.vi} ({text.en})")
    return Exit.INTERRUPTED


def _speak_utf8() -> None:
    """Writes UTF-8 whatever the locale is. Characters that cannot be encoded are escaped."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
