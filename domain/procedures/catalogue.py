"""The national catalogue: one row for each procedure that the portal publishes, and warnings about unusual rows.

A row has published facts only. Somebody adds the internal process and the policies to make it a procedure of the
province.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from domain.deadlines.limits import Limit, LimitUnit
from domain.inconsistency import Inconsistent
from domain.messages.catalogue import CatalogueProblem
from domain.messages.coded import CodedSentence
from domain.procedures.procedure import Channel, Procedure
from domain.text.sentences import filled
from domain.values import Code, Name, Text, Value


class PublishedLevel(StrEnum):
    """The levels of government as the catalogue writes them; `other` is an agency outside the levels."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    COMMUNE = "commune"
    OTHER = "other"


class PublishedTerms(Value):
    """The published terms of one channel. A channel that is listed several times has several cases, in this order."""

    channel: Channel
    limit: Annotated[int, Field(ge=1, le=3_650, strict=True)] | None
    unit: LimitUnit | None = None
    fee_vnd: Annotated[int, Field(ge=0, le=10_000_000_000, strict=True)] | None

    @model_validator(mode="after")
    def _limit_has_its_unit(self) -> Self:
        if (self.limit is None) != (self.unit is None):
            raise Inconsistent(
                CatalogueProblem.LIMIT_WITHOUT_UNIT, channel=self.channel, limit=self.limit, unit=self.unit
            )
        return self


class PublishedResult(Value):
    """The published result that the applicant receives."""

    name: Text
    code: Code


class CatalogueEntry(Value):
    """One row of the catalogue. Its name may be longer than a procedure's: some rows contain a whole article."""

    code: Code
    name: Text
    decision: Name
    levels: Annotated[tuple[PublishedLevel, ...], Field(min_length=1)]
    field: Name
    applicants: tuple[Name, ...]
    channels: Annotated[tuple[PublishedTerms, ...], Field(min_length=1)]
    result: PublishedResult | None

    def plain(self) -> dict[str, Any]:
        """The row in the national format: a channel without a limit has no unit."""
        row = self.model_dump(mode="json")
        for terms in row["channels"]:
            if terms["unit"] is None:
                del terms["unit"]
        return row


def warnings(entry: CatalogueEntry) -> Iterator[str]:
    """Warnings about a row, to read before it is used. Each text begins with its stable code."""
    for channel in dict.fromkeys(terms.channel for terms in entry.channels if terms.limit is None):
        yield problem_text(CatalogueProblem.NO_LIMIT, channel=channel)
    for channel in dict.fromkeys(terms.channel for terms in entry.channels if terms.fee_vnd is None):
        yield problem_text(CatalogueProblem.FEE_UNKNOWN, channel=channel)
    for channel, cases in Counter(terms.channel for terms in entry.channels).items():
        if cases > 1:
            yield problem_text(CatalogueProblem.CHANNEL_REPEATED, channel=channel, cases=cases)


def differences(procedure: Procedure, entry: CatalogueEntry) -> tuple[str, ...]:
    """The published facts in which the province's procedure differs from its row, so that a new version is due."""
    own = [(terms.channel, terms.limit, terms.fee) for terms in procedure.terms]
    published = [(terms.channel, _limit(terms), terms.fee_vnd) for terms in entry.channels]
    pairs: dict[str, tuple[object, object]] = {
        "name": (procedure.name, entry.name),
        "field": (procedure.field, entry.field),
        "decision": (procedure.decision, entry.decision),
        "terms": (own, published),
    }
    if entry.result is not None:
        pairs["result"] = ((procedure.result.code, procedure.result.name), (entry.result.code, entry.result.name))
    return tuple(name for name, (of_province, of_row) in pairs.items() if of_province != of_row)


def _limit(terms: PublishedTerms) -> Limit | None:
    return None if terms.limit is None or terms.unit is None else Limit(amount=terms.limit, unit=terms.unit)


def problem_text(code: CodedSentence, /, **facts: object) -> str:
    """A problem as one text: its stable code, then the sentence in Vietnamese and in English."""
    text = filled(code.sentence, facts)
    return f"{code}: {text.vi} / {text.en}"


def changed_fields(before: CatalogueEntry, after: CatalogueEntry) -> tuple[str, ...]:
    """The fields in which two rows of one code differ, in the order of the format."""
    return tuple(name for name in CatalogueEntry.model_fields if getattr(before, name) != getattr(after, name))
