"""What comes in through a command: files, standard input (`-`), JSON, codes, instants. All of it may be wrong."""

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
from domain.messages.rules import sentence_of
from domain.text.json_reader import read_json
from domain.values import DOSSIER_CODE, FROM_OUTSIDE, VIETNAM
from gateway.cli.problems import CommandLineProblem

M = TypeVar("M", bound=BaseModel)

LARGEST_REQUEST = 16_000_000
"""Bytes. A request is some kilobytes; what is merely too long in one field should still be told by that field."""


def require_utf8(arguments: Sequence[str]) -> None:
    """CommandLineProblem argument_not_utf8: bytes that are no UTF-8 arrive in an argument as surrogates."""
    for position, argument in enumerate(arguments, start=1):
        try:
            argument.encode("utf-8")
        except UnicodeEncodeError:
            shown = os.fsencode(argument)[:60].decode("ascii", "backslashreplace")
            raise CommandLineProblem("argument_not_utf8", position=position, shown=shown) from None


def dossier_code(code: str) -> str:
    """CommandLineProblem code_does_not_parse."""
    if not looks_like_a_dossier(code):
        raise CommandLineProblem("code_does_not_parse", given=code[:80])
    return code


def looks_like_a_dossier(code: str) -> bool:
    """True for `H42.12-250701-0001`, false for a procedure's `1.001193`."""
    return DOSSIER_CODE.fullmatch(code) is not None


def read_text(path: str) -> str:
    """A small file, or standard input for `-`. Errors: file_unreadable, file_too_large, file_not_utf8."""
    content = _bytes(path)
    if len(content) > LARGEST_REQUEST:
        raise CommandLineProblem("file_too_large", path=_named(path), limit=LARGEST_REQUEST)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise CommandLineProblem("file_not_utf8", path=_named(path), position=problem.start + 1) from None


def read_object(path: str) -> dict[str, Any]:
    """One JSON object of a file or standard input. Errors: those of `read_text`, not_json, not_an_object."""
    return parse_object(read_text(path), _named(path))


def parse_object(text: str, named: str) -> dict[str, Any]:
    """One JSON object of a text that came from `named`."""
    try:
        value = read_json(text)
    except Inconsistent as found:
        told = sentence_of(found)
        raise CommandLineProblem("not_json", path=named, problem_vi=told.vi, problem_en=told.en) from None
    if not isinstance(value, dict):
        raise CommandLineProblem("not_an_object", path=named)
    return value


def instant(given: datetime) -> datetime:
    """An instant in Vietnam's time; CommandLineProblem naive_instant where the zone is missing.

    InvalidInput `invalid_datetime`, outside the years 1 to 9999 in Vietnam's time.
    """
    if given.tzinfo is None:
        raise CommandLineProblem("naive_instant", given=given.isoformat())
    try:
        return given.astimezone(VIETNAM)
    except OverflowError:
        raise InvalidInput("invalid_datetime", given=given.isoformat()) from None


def span(given: str) -> tuple[datetime, datetime]:
    """`FROM/TO`, both with a zone. Errors: pause_does_not_parse, naive_instant."""
    began, _, ended = given.partition("/")
    try:
        return instant(datetime.fromisoformat(began)), instant(datetime.fromisoformat(ended))
    except ValueError:
        raise CommandLineProblem("pause_does_not_parse", given=given[:80]) from None


def validated(model: type[M], given: dict[str, Any]) -> M:
    """A value from options. InvalidInput `invalid_request`, naming each option."""
    try:
        return model.model_validate(given, context=FROM_OUTSIDE)
    except ValidationError as problem:
        raise invalid_request(of_validation(problem)) from None


def existing_file(path: str) -> Path:
    """A file that can be opened; CommandLineProblem file_unreadable."""
    try:
        with Path(path).open("rb"):
            return Path(path)
    except OSError as problem:
        raise CommandLineProblem("file_unreadable", path=path, problem=machine_says(problem)) from None


def _bytes(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read(LARGEST_REQUEST + 1)
    try:
        with Path(path).open("rb") as file:
            return file.read(LARGEST_REQUEST + 1)
    except (OSError, ValueError) as problem:
        raise CommandLineProblem("file_unreadable", path=path, problem=machine_says(problem)) from None


def _named(path: str) -> str:
    return "stdin" if path == "-" else path
