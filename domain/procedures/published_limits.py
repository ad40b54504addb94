"""The published limits of a catalogue by procedure code, channel and case: all that a due date needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from domain.deadlines.limits import HIGHEST_AMOUNT, Limit, LimitUnit
from domain.errors import DomainError, InvalidInput, NotFound
from domain.inconsistency import Inconsistent
from domain.messages.deadlines import DeadlineRefusal
from domain.messages.rules import RulesRefusal
from domain.procedures.procedure import Channel, Procedure
from domain.text.json_reader import read_json
from domain.text.sentences import Choice, in_words, sentence_of
from domain.values import Bilingual

Refusal = Callable[[], DomainError]
"""Stands for a row that cannot be used: it makes the error to raise when somebody asks for the row."""

Terms = dict[str, tuple[Limit | Refusal | None, ...]]
"""For each channel, the limits of its cases in the catalogue's order; None: no limit is published."""


_NO_ROW = Bilingual(vi="thiếu hoặc sai mã thủ tục, kênh", en="its code or its channels are missing or wrong")


class PublishedLimits:
    """The limits, read once and used many times. A row that cannot be read is an error only when it is asked for."""

    def __init__(self, by_code: Mapping[str, Terms | Refusal], problems: tuple[DomainError, ...] = ()) -> None:
        self._by_code = dict(by_code)
        self.problems = problems
        """Rows without a readable code, which nobody can ask for."""

    @classmethod
    def of_procedures(cls, procedures: Iterable[Procedure]) -> PublishedLimits:
        """The limits of the province's own procedures, with their cases in order."""
        by_code: dict[str, Terms] = {}
        for procedure in procedures:
            terms: Terms = {}
            for entry in sorted(procedure.terms, key=lambda entry: entry.case):
                terms[entry.channel] = (*terms.get(entry.channel, ()), entry.limit)
            by_code[procedure.code] = terms
        return cls(by_code)

    @classmethod
    def of_national(cls, rows: Iterable[str]) -> PublishedLimits:
        """Reads the national format: a JSON object on each line with `code` and `channels` [{channel, limit, unit}]."""
        by_code: dict[str, Terms | Refusal] = {}
        problems: list[DomainError] = []
        for number, row in enumerate(rows, start=1):
            if not row.strip():
                continue
            try:
                code, terms = _national_row(row)
            except (ValueError, TypeError, KeyError) as error:
                problems.append(InvalidInput(DeadlineRefusal.INVALID_CATALOGUE_ROW, row=number, detail=_why(error)))
                continue
            twice = partial(InvalidInput, DeadlineRefusal.PROCEDURE_LISTED_TWICE, procedure=code)
            by_code[code] = twice if code in by_code else terms
        return cls(by_code, tuple(problems))

    def limit(self, code: str, channel: str, case: int | None = None) -> Limit | None:
        """The published limit; None where none is published.

        Errors: unknown_procedure, unknown_channel, channel_not_published, case_required (several cases and none
        named), unknown_case, and the error of the catalogue's own row.
        """
        terms = self._by_code.get(code)
        if terms is None:
            raise NotFound(RulesRefusal.UNKNOWN_PROCEDURE, procedure=code)
        if callable(terms):
            raise terms()
        cases = terms.get(channel)
        if cases is None:
            raise self._no_channel(code, channel, terms)
        if case is None and len(cases) > 1:
            raise InvalidInput(
                DeadlineRefusal.CASE_REQUIRED, procedure=code, channel=_worded(channel), cases=_Cases(cases)
            )
        if case is not None and not 1 <= case <= len(cases):
            raise InvalidInput(
                DeadlineRefusal.UNKNOWN_CASE, procedure=code, channel=_worded(channel), case=case, cases=_Cases(cases)
            )
        limit = cases[(case or 1) - 1]
        if callable(limit):
            raise limit()
        return limit

    def _no_channel(self, code: str, channel: str, terms: Terms) -> DomainError:
        if channel not in tuple(Channel):
            return InvalidInput(DeadlineRefusal.UNKNOWN_CHANNEL, channel=channel, known=_offered(Channel))
        return NotFound(
            DeadlineRefusal.CHANNEL_NOT_PUBLISHED, procedure=code, channel=_worded(channel), offered=_offered(terms)
        )


def _why(error: Exception) -> Bilingual:
    """What is wrong with a row. Python's own messages are not shown."""
    return sentence_of(error) if isinstance(error, Inconsistent) else _NO_ROW


def _national_row(row: str) -> tuple[str, Terms]:
    content = read_json(row)
    code = content["code"]
    if not isinstance(code, str) or not code:
        raise ValueError("code")
    terms: Terms = {}
    for entry in content["channels"]:
        channel = str(entry["channel"])
        terms[channel] = (*terms.get(channel, ()), _national_limit(code, entry))
    return code, terms


def _national_limit(code: str, entry: Mapping[str, Any]) -> Limit | Refusal | None:
    amount, unit = entry.get("limit"), entry.get("unit")
    if amount is None:
        return None
    if unit not in tuple(LimitUnit):
        return partial(InvalidInput, DeadlineRefusal.LIMIT_NOT_UNDERSTOOD, amount=amount, unit=unit, procedure=code)
    most = 1 if unit == LimitUnit.SAME_DAY else HIGHEST_AMOUNT
    if type(amount) is not int or not 1 <= amount <= most:
        return partial(InvalidInput, DeadlineRefusal.LIMIT_OUT_OF_RANGE, amount=amount, least=1, most=most)
    return Limit(amount=amount, unit=LimitUnit(unit))


@dataclass(frozen=True)
class _Cases:
    """The cases of a channel, as a refusal lists them: `1 = 5 ngày làm việc; 2 = -`; `?` is an unreadable limit."""

    limits: tuple[Limit | Refusal | None, ...]

    def __str__(self) -> str:
        return "; ".join(f"{number} = {limit}" for number, limit in self._numbered())

    @property
    def words(self) -> Bilingual:
        """The list with the limits in words."""
        worded = [(number, in_words(limit)) for number, limit in self._numbered()]
        return Bilingual(
            vi="; ".join(f"{number} = {limit.vi}" for number, limit in worded),
            en="; ".join(f"{number} = {limit.en}" for number, limit in worded),
        )

    def _numbered(self) -> Iterator[tuple[int, Limit | str]]:
        for number, limit in enumerate(self.limits, start=1):
            yield number, limit if isinstance(limit, Limit) else "-" if limit is None else "?"


def _worded(channel: str) -> Channel | str:
    """The channel, which has words. A channel that only a national file has is returned unchanged, without words."""
    return Channel(channel) if channel in tuple(Channel) else channel


def _offered(channels: Iterable[str]) -> tuple[Choice | str, ...]:
    worded = map(_worded, channels)
    return tuple(
        Choice(code=channel, meaning=channel.words) if isinstance(channel, Channel) else channel for channel in worded
    )
