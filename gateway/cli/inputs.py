"""Reads the input of commands: files, standard input (`-`), JSON, codes, instants. Any of it may be wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from domain.errors import InvalidInput
from domain.field_errors import invalid_request, of_validation
from domain.inconsistency import Inconsistent
from domain.machine_errors import machine_says
from domain.messages.deadlines import DeadlineRefusal
from domain.text.json_reader import read_json
from domain.text.sentences import sentence_of
from domain.values import DOSSIER_CODE, FROM_OUTSIDE, VIETNAM
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.problems import CommandLineProblem

M = TypeVar("M", bound=BaseModel)

LARGEST_REQUEST = 16_000_000
"""Bytes. A request has some kilobytes. The limit is high, so that an error about one long field can name the field."""


def require_utf8(arguments: Sequence[str]) -> None:
    """Raises CommandLineProblem `argument_not_utf8`. Bytes that are not UTF-8 are surrogates in an argument."""
    for position, argument in enumerate(arguments, start=1):
        try:
            argument.encode("utf-8")
        except UnicodeEncodeError:
            shown = os.fsencode(argument)[:60].decode("ascii", "backslashreplace")
            raise CommandLineProblem(CommandLineRefusal.ARGUMENT_NOT_UTF8, position=position, shown=shown) from None


def dossier_code(code: str) -> str:
    """The dossier code. Raises CommandLineProblem `code_does_not_parse`."""
    if not looks_like_a_dossier(code):
        raise CommandLineProblem(CommandLineRefusal.CODE_DOES_NOT_PARSE, given=code[:80])
    return code


def looks_like_a_dossier(code: str) -> bool:
    """True for `H42.12-250701-0001`, false for a procedure's `1.001193`."""
    return DOSSIER_CODE.fullmatch(code) is not None


def read_text(path: str) -> str:
    """The text of a small file, or of standard input for `-`.

    Raises CommandLineProblem `file_unreadable`, `file_too_large`, `file_not_utf8`.
    """
    content = read_bytes(path, LARGEST_REQUEST)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise CommandLineProblem(
            CommandLineRefusal.FILE_NOT_UTF8, path=_named(path), position=problem.start + 1
        ) from None


def read_bytes(path: str, limit: int) -> bytes:
    """The content of a file. Raises CommandLineProblem `file_unreadable`, `file_too_large` beyond `limit` bytes."""
    content = _bytes(path, limit)
    if len(content) > limit:
        raise CommandLineProblem(CommandLineRefusal.FILE_TOO_LARGE, path=_named(path), limit=limit)
    return content


def read_object(path: str) -> dict[str, Any]:
    """The JSON object of a file or standard input. Raises the errors of `read_text` and `parse_object`."""
    return parse_object(read_text(path), _named(path))


def parse_object(text: str, named: str) -> dict[str, Any]:
    """The JSON object of a text; `named` is its source. Raises CommandLineProblem `not_json`, `not_an_object`."""
    try:
        value = read_json(text)
    except Inconsistent as found:
        sentence = sentence_of(found)
        raise CommandLineProblem(
            CommandLineRefusal.NOT_JSON, path=named, problem_vi=sentence.vi, problem_en=sentence.en
        ) from None
    if not isinstance(value, dict):
        raise CommandLineProblem(CommandLineRefusal.NOT_AN_OBJECT, path=named)
    return value


def instant(given: datetime) -> datetime:
    """The instant in Vietnam's time.

    Raises CommandLineProblem `naive_instant` without a zone; InvalidInput `invalid_datetime` outside the years 1 to
    9999.
    """
    if given.tzinfo is None:
        raise CommandLineProblem(CommandLineRefusal.NAIVE_INSTANT, given=given.isoformat())
    try:
        return given.astimezone(VIETNAM)
    except OverflowError:
        raise InvalidInput(DeadlineRefusal.INVALID_DATETIME, given=given.isoformat()) from None


def span(given: str) -> tuple[datetime, datetime]:
    """Reads `FROM/TO`, both with a zone. Raises CommandLineProblem `pause_does_not_parse`, `naive_instant`."""
    began, _, ended = given.partition("/")
    try:
        return instant(datetime.fromisoformat(began)), instant(datetime.fromisoformat(ended))
    except ValueError:
        raise CommandLineProblem(CommandLineRefusal.PAUSE_DOES_NOT_PARSE, given=given[:80]) from None


def validated(model: type[M], given: dict[str, Any]) -> M:
    """A model from options. Raises InvalidInput `invalid_request`, which names each wrong option."""
    try:
        return model.model_validate(given, context=FROM_OUTSIDE)
    except ValidationError as problem:
        raise invalid_request(of_validation(problem)) from None


def existing_file(path: str) -> Path:
    """The path of a file that can be opened. Raises CommandLineProblem `file_unreadable`."""
    try:
        with Path(path).open("rb"):
            return Path(path)
    except OSError as problem:
        raise CommandLineProblem(CommandLineRefusal.FILE_UNREADABLE, path=path, problem=machine_says(problem)) from None


def _bytes(path: str, limit: int) -> bytes:
    """At most `limit` bytes and one more."""
    if path == "-":
        return sys.stdin.buffer.read(limit + 1)
    try:
        with Path(path).open("rb") as file:
            return file.read(limit + 1)
    except (OSError, ValueError) as problem:
        raise CommandLineProblem(CommandLineRefusal.FILE_UNREADABLE, path=path, problem=machine_says(problem)) from None


def _named(path: str) -> str:
    return "stdin" if path == "-" else path
