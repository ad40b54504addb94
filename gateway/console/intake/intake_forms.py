"""The form of a submission for one procedure, and where it would go and until when before it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from domain.deadlines.limits import WhichClock
from domain.errors import DomainError
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel, Procedure
from domain.roles import Role
from domain.text.folding import fold
from domain.values import Bilingual
from gateway.client.requests import validated_strictly
from gateway.console.visits import Visit
from gateway.dossiers.bodies import SubmissionBody
from gateway.dossiers.forms.describing import described
from gateway.dossiers.forms.fields import FormField, Option
from gateway.dossiers.forms.filling import typed_from
from gateway.dossiers.forms.options import communes_of_day, units_of_day
from gateway.i18n.wording import say
from gateway.views.deadline_calculation import (
    OWN,
    DeadlineCalculator,
    DeadlineQuestion,
    due_dates,
    procedures_in_effect,
)
from gateway.views.names import Names
from gateway.views.routing_calculation import CalculatedRoute, calculated_route

SUBMISSION: TypeAdapter[SubmissionBody] = TypeAdapter(SubmissionBody)
_MATTER: TypeAdapter[Matter] = TypeAdapter(Matter)
RARE = ("case", "territory_as_of", "assisted_by", "note", "acting_as")
"""The fields that few dossiers need: they stand last, folded away."""
NOT_AT_THE_DESK = "brought_over"
"""A service brings the dossiers of an older system over; the gateway refuses it from a person."""
MOST_FOUND = 20
CHOOSE_A_PLACE = say(
    "Hãy chọn xã, phường trong danh sách, hoặc ghi địa chỉ.",
    "Choose a commune of the list, or type an address.",
)


def procedures_on(visit: Visit) -> tuple[Option, ...]:
    """Every procedure in effect today, by its code."""
    day = visit.now.date()
    current = (one.procedure for one in visit.api.engine.province.procedures if one.accepts(day))
    return tuple(
        Option(value=one.code, words=say(one.name, one.name)) for one in sorted(current, key=lambda one: one.code)
    )


def procedures_like(text: str, offered: Iterable[Option]) -> tuple[Option, ...]:
    """The procedures whose code or name has every typed word, without accents and case."""
    words = fold(text).split()
    found = (one for one in offered if all(word in fold(f"{one.value} {one.words.vi}") for word in words))
    return tuple(found)[:MOST_FOUND]


@dataclass(frozen=True)
class IntakeForm:
    """The form for one procedure."""

    procedure: Procedure
    fields: tuple[FormField, ...]
    unit: str | None
    """The unit of the officer's desk."""

    def field(self, name: str) -> FormField:
        """A field by its name."""
        return next(one for one in self.fields if one.name == name)

    @property
    def first(self) -> list[FormField]:
        """The fields that every dossier needs, in the order of a desk: who, where, which papers, how."""
        matter = self.field("matter")
        usual = tuple(one for one in matter.fields if one.path[-1] not in RARE)
        shown = {"matter": matter.model_copy(update={"fields": usual})}
        order = ("applicant", "matter", "documents", "channel", "received_by")
        return [shown.get(name) or self.field(name) for name in order]

    @property
    def rare(self) -> list[FormField]:
        """The other fields."""
        of_matter = self.field("matter").fields
        return [one for one in (*of_matter, *self.fields) if one.path[-1] in RARE]

    @property
    def defaults(self) -> dict[str, list[str]]:
        """At the counter of the own unit, with every required document brought."""
        documents = [{"code": one.code} for one in self.procedure.documents if one.required]
        offered = [terms.channel for terms in self.procedure.terms]
        channel = Channel.COUNTER if Channel.COUNTER in offered else offered[0]
        body: dict[str, Any] = {
            "procedure": self.procedure.code, "channel": channel.value, "case": 1, "received_by": self.unit,
            "documents": documents,
        }  # fmt: skip
        return typed_from(self.fields, body)


def intake_form(visit: Visit, code: str) -> IntakeForm:
    """The form for a procedure in effect. Raises NotFound `unknown_procedure`, `procedure_not_in_effect`."""
    province, today = visit.api.engine.province, visit.now.date()
    procedure = province.published(code, today).procedure
    units = list(dict.fromkeys(one.unit for one in visit.caller.duties if one.role is Role.RECEPTION))
    names = Names.of_province(province, today)
    own = tuple(Option(value=unit, words=say(names.unit(unit), names.unit(unit))) for unit in units)
    cases = sorted({terms.case for terms in procedure.terms})
    options = {
        "procedure": (Option(value=procedure.code, words=say(procedure.name, procedure.name)),),
        "documents": tuple(Option(value=one.code, words=say(one.name, one.name)) for one in procedure.documents),
        "received_by": own or units_of_day(province.organisation, today),
        "assisted_by": units_of_day(province.organisation, today),
        "territory": communes_of_day(province.organisation, today),
        "case": tuple(Option(value=str(case), words=say(f"Trường hợp {case}", f"Case {case}")) for case in cases),
    }
    fields = tuple(one for one in described("submit", SubmissionBody, options) if one.name != NOT_AT_THE_DESK)
    return IntakeForm(procedure, fields, units[0] if units else None)


@dataclass(frozen=True)
class Preview:
    """Where the dossier would go, and both dates, if it were accepted now. A part that cannot be told has a reason."""

    route: CalculatedRoute | None
    why_no_route: Bilingual | None
    due: Mapping[WhichClock, Any]
    why_no_dates: Bilingual | None


def preview(visit: Visit, form: IntakeForm, body: Mapping[str, Any]) -> Preview:
    """The preview for what was typed so far. Nothing is kept."""
    received_by = str(body.get("received_by") or form.unit or "")
    route, why_no_route = _route(visit, form, body, received_by)
    due, why_no_dates = _due(visit, form, body, received_by)
    return Preview(route, why_no_route, due, why_no_dates)


def _route(
    visit: Visit, form: IntakeForm, body: Mapping[str, Any], received_by: str
) -> tuple[CalculatedRoute | None, Bilingual | None]:
    try:
        matter = validated_strictly(_MATTER, body.get("matter", {}))
        day = visit.now.date()
        return calculated_route(visit.api.engine.province, form.procedure.code, matter, received_by, day), None
    except ValidationError:
        return None, CHOOSE_A_PLACE
    except DomainError as refused:
        return None, refused.message


def _due(
    visit: Visit, form: IntakeForm, body: Mapping[str, Any], received_by: str
) -> tuple[Mapping[WhichClock, Any], Bilingual | None]:
    province = visit.api.engine.province
    question = DeadlineQuestion(form.procedure.code, str(body.get("channel", "")), visit.now, _case(body), OWN)
    try:
        timing = DeadlineCalculator(visit.api.limits, procedures_in_effect(province)).timing(question)
        return due_dates(timing, province.calendar_of(received_by or None, visit.now.date())).due, None
    except DomainError as refused:
        return {}, refused.message


def _case(body: Mapping[str, Any]) -> int | None:
    case = body.get("case")
    return case if isinstance(case, int) else None
