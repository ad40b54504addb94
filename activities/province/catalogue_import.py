"""Imports the national catalogue into a province's folder. The report counts every row; no row is imported twice."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from activities.province.atomic_files import write_whole
from domain.errors import InvalidInput
from domain.field_errors import words_of
from domain.inconsistency import Inconsistent
from domain.machine_errors import machine_says
from domain.messages.catalogue import CatalogueProblem
from domain.messages.rules import RulesRefusal
from domain.procedures.catalogue import CatalogueEntry, changed_fields, problem_text, warnings
from domain.text.json_reader import read_json
from domain.text.plain_text import texts_of, unseen
from domain.text.sentences import sentence_of
from domain.values import Bilingual, Value

LARGEST = 64_000_000
"""Bytes of a catalogue file; the national one has about one million."""
MOST_ROWS = 50_000
TOO_LARGE = Bilingual(vi="dài hơn 64 MB", en="longer than 64 MB")
TOO_MANY = Bilingual(vi=f"có hơn {MOST_ROWS} dòng", en=f"more than {MOST_ROWS} lines")
NO_ROW = Bilingual(vi="tệp không có dòng nào", en="it has no row")
CATALOGUE = Path("catalogue") / "national.jsonl"


class RowProblem(Value):
    """A problem or a warning about one row.

    `row` is its line, counted from 1. `code` is the code of the procedure, None when it could not be read.
    """

    row: int
    code: str | None
    problem: str
    """A stable code, a colon, then the sentence in Vietnamese and in English."""


class ChangedEntry(Value):
    """A procedure that is already in the catalogue, and the fields in which the new row differs."""

    code: str
    fields: tuple[str, ...]


class CatalogueDiff(Value):
    """What the import changes in the stored catalogue. It removes nothing: the rows in `absent` stay."""

    added: tuple[str, ...]
    changed: tuple[ChangedEntry, ...]
    unchanged: int
    absent: tuple[str, ...]


class CatalogueReport(Value):
    """The result of an import. `imported + imported_with_warning + refused == rows`."""

    rows: int
    imported: int
    imported_with_warning: int
    refused: int
    problems: tuple[RowProblem, ...]
    diff: CatalogueDiff
    dry_run: bool

    def as_json(self) -> dict[str, Any]:
        """The counts and problems, as `luongxanh catalogue import --json` prints them."""
        return self.model_dump(mode="json", exclude={"diff", "dry_run"})


@dataclass
class _Account:
    """The rows read so far."""

    from_outside: bool = False
    rows: int = 0
    warned: int = 0
    refused: int = 0
    entries: dict[str, tuple[int, CatalogueEntry]] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)

    def refuse(self, row: int, code: str | None, problems: list[str]) -> None:
        self.refused += 1
        self.problems += [RowProblem(row=row, code=code, problem=problem) for problem in problems]

    def accept(self, row: int, entry: CatalogueEntry) -> None:
        warned = list(warnings(entry))
        self.warned += bool(warned)
        self.entries[entry.code] = (row, entry)
        self.problems += [RowProblem(row=row, code=entry.code, problem=warning) for warning in warned]


def import_catalogue(path: Path, province: Path, *, dry_run: bool = False) -> CatalogueReport:
    """Reads a file in the national format into the province's catalogue. The report counts every row.

    A row replaces the stored row with the same code. With `dry_run` nothing is written. A wrong row is a problem in
    the report. Raises InvalidInput `catalogue_unreadable` when the whole file cannot be read.
    """
    account = _read(path, from_outside=True)
    if not account.rows:
        raise InvalidInput(RulesRefusal.CATALOGUE_UNREADABLE, path=path, detail=NO_ROW)
    before = {entry.code: entry for entry in stored_catalogue(province)}
    after = {code: entry for code, (_, entry) in account.entries.items()}
    diff = _diff(before, after)
    if not dry_run and (diff.added or diff.changed):
        _store(province / CATALOGUE, before | after)
    return CatalogueReport(
        rows=account.rows,
        imported=len(account.entries) - account.warned,
        imported_with_warning=account.warned,
        refused=account.refused,
        problems=tuple(account.problems),
        diff=diff,
        dry_run=dry_run,
    )


def stored_catalogue(province: Path) -> tuple[CatalogueEntry, ...]:
    """The catalogue in a province's folder, ordered by code; empty before the first import.

    Raises InvalidInput `catalogue_damaged` when a row of the stored file cannot be read.
    """
    path = province / CATALOGUE
    if not path.exists():
        return ()
    account = _read(path)
    if account.refused:
        first = account.problems[0]
        raise InvalidInput(RulesRefusal.CATALOGUE_DAMAGED, path=path, row=first.row, problem=first.problem)
    return tuple(entry for _, entry in account.entries.values())


def _read(path: Path, *, from_outside: bool = False) -> _Account:
    """`from_outside` is true for a new file, whose texts are checked for hidden characters.

    The stored catalogue was checked when it was imported.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidInput(RulesRefusal.CATALOGUE_UNREADABLE, path=path, detail=machine_says(error)) from None
    if len(content) > LARGEST:
        raise InvalidInput(RulesRefusal.CATALOGUE_UNREADABLE, path=path, detail=TOO_LARGE)
    if content.count(b"\n") > MOST_ROWS:
        raise InvalidInput(RulesRefusal.CATALOGUE_UNREADABLE, path=path, detail=TOO_MANY)
    account = _Account(from_outside=from_outside)
    for number, line in enumerate(content.removeprefix(BOM_UTF8).split(b"\n"), start=1):
        if line.strip():
            account.rows += 1
            _read_row(number, line, account)
    return account


def _read_row(number: int, line: bytes, account: _Account) -> None:
    try:
        content = read_json(line.decode())
    except UnicodeDecodeError as error:
        account.refuse(number, None, [problem_text(CatalogueProblem.INVALID_UTF8, byte=f"0x{line[error.start]:02x}")])
        return
    except Inconsistent as found:
        account.refuse(number, None, [problem_text(CatalogueProblem.NOT_JSON, detail=sentence_of(found))])
        return
    if not isinstance(content, dict):
        account.refuse(number, None, [problem_text(CatalogueProblem.NOT_AN_OBJECT)])
        return
    code = content.get("code")
    known = code if isinstance(code, str) else None
    hidden = list(_hidden_characters(content)) if account.from_outside else []
    if hidden:
        account.refuse(number, known, hidden)
        return
    try:
        entry = CatalogueEntry.model_validate_json(json.dumps(content), strict=True)
    except ValidationError as error:
        account.refuse(number, known, list(_refusals(error)))
        return
    if entry.code in account.entries:
        account.refuse(
            number, entry.code, [problem_text(CatalogueProblem.DUPLICATE_CODE, first=account.entries[entry.code][0])]
        )
        return
    account.accept(number, entry)


def _hidden_characters(content: dict[str, Any]) -> Iterator[str]:
    """Reports invisible characters and those that control a terminal: these texts appear on screens and forms."""
    for place, text in texts_of(content):
        found = unseen(text.strip())
        if found is not None:
            yield problem_text(
                CatalogueProblem.CONTROL_CHARACTER,
                field=".".join(map(str, place)),
                character=found[0],
                position=found[1],
            )


def _refusals(error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_url=False):
        if one["type"] == "too_short" and one["input"]:
            continue  # pydantic counts only the valid items; each wrong item has its own error
        where = ".".join(str(key) for key in one["loc"])
        raised = one.get("ctx", {}).get("error")
        if isinstance(raised, Inconsistent):
            yield problem_text(raised.code, **raised.sentence_facts)
            continue
        value = str(one.get("input"))[:80]
        yield problem_text(_code_of(one["type"], where), field=where or "-", value=value, detail=words_of(one))


def _code_of(type_: str, where: str) -> CatalogueProblem:
    match type_, where.rpartition(".")[2]:
        case "missing", _:
            return CatalogueProblem.MISSING_FIELD
        case "too_short", "channels":
            return CatalogueProblem.NO_CHANNEL
        case "greater_than_equal", "fee_vnd":
            return CatalogueProblem.NEGATIVE_FEE
        case "int_type", "fee_vnd":
            return CatalogueProblem.FRACTIONAL_FEE
        case "greater_than_equal" | "less_than_equal", "limit":
            return CatalogueProblem.LIMIT_OUT_OF_RANGE
        case _:
            return CatalogueProblem.INVALID_VALUE


def _diff(before: dict[str, CatalogueEntry], after: dict[str, CatalogueEntry]) -> CatalogueDiff:
    both = [code for code in after if code in before]
    changed = [
        ChangedEntry(code=code, fields=changed_fields(before[code], after[code]))
        for code in both
        if before[code] != after[code]
    ]
    return CatalogueDiff(
        added=tuple(code for code in after if code not in before),
        changed=tuple(changed),
        unchanged=len(both) - len(changed),
        absent=tuple(code for code in before if code not in after),
    )


def _store(path: Path, entries: dict[str, CatalogueEntry]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(entry.plain(), ensure_ascii=False) + "\n" for _, entry in sorted(entries.items()))
    write_whole(path, "".join(lines))
