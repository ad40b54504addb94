"""The commands that a dossier would accept now, with who may give them and their `--data`. The rules decide.

Every command is tried with values of this dossier (its step, its documents, its units), and `decide` says whether it is
accepted. Nothing is written, and no command is listed that would be refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import product
from typing import Any, get_args
from uuid import UUID

from domain.dossier.commands import Charge, ExplanationCause, HumanCommand, PostPurpose
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.deciding.handovers import moves
from domain.dossier.events import HandoverAcknowledged
from domain.dossier.refused_calls import refused_effects
from domain.dossier.state import Dossier
from domain.dossier.work import work_of
from domain.errors import DomainError
from domain.messages.dossier import DossierRefusal
from domain.roles import Actor, Role
from domain.values import Code, Value
from gateway.i18n.wording import say
from gateway.views.timeline import Language

NOBODY_S = "ma-can-bo"
"""The person in a trial when any person may act."""
NOT_HERE = ("submit", "move_to_successor", "change_calendar", "change_rules", "note_repair", "terminate")
"""Commands that have their own subcommand, or come from a rollout or a repair."""
NOT_FIELDS = ("kind", "note", "pins")
BESIDE = ("postal_address",)
"""Fields whose content comes beside the command."""
WHEN_THE_STATE_IS_WRONG = (DossierRefusal.WRONG_STATE, DossierRefusal.NOT_SUBMITTED)
STANDING_FOR = {
    "legal_basis": say("<căn cứ pháp lý>", "<legal basis>"),
    "document": say("<SHA-256 của tệp kết quả>", "<SHA-256 of the result's file>"),
    "result_number": say("<số kết quả>", "<number of the result>"),
    "voucher": say("<số biên lai>", "<number of the receipt>"),
    "person": say("<mã cán bộ>", "<officer's id>"),
    "fee": say("<số đồng>", "<dong>"),
    "propose_fee.amount": say("<số đồng>", "<dong>"),
    "agrees": say("<true hoặc false>", "<true or false>"),
    "stars": say("<1 đến 5>", "<1 to 5>"),
    "until": say("<ngày hẹn mới, yyyy-mm-dd>", "<new date, yyyy-mm-dd>"),
    "reason": say("<lý do>", "<reason>"),
    "cause": say("<nguyên nhân>", "<cause>"),
    "hand_over.unit": say("<mã đơn vị nhận>", "<code of the receiving unit>"),
}
"""Placeholders for values that only the person who acts can know."""
IN_ENGLISH = {text.vi: text.en for text in STANDING_FOR.values()}
NOT_IN_QUOTES = ("fee", "agrees", "stars")
"""Fields whose value is a number, or true or false."""
WITH_ANOTHER = {
    "reject_fee": "approve_fee", "refuse_handover": "acknowledge_handover", "retry_refused_call": "repair",
}  # fmt: skip
"""The person who may give the second command may also give the first. The work-list names only the second."""
AT_THE_DESK = ("propose_fee", "cancel_payment_request", "confirm_payment", "check_payment", "check_post")
"""Commands that the receiving unit gives first."""


class PossibleAct(Value):
    """One command that would be accepted now."""

    command: str
    role: Role
    unit: Code | None
    person: Code | None
    data: dict[str, Any]

    def in_language(self, language: Language) -> PossibleAct:
        """The same act with its placeholders in this language."""
        data = {
            name: IN_ENGLISH.get(value, value) if isinstance(value, str) else value for name, value in self.data.items()
        }
        return self if language == "vi" else self.model_copy(update={"data": data})


def possible_acts(
    dossier: Dossier, rules: Rules, now: datetime, actors: Collection[Actor] | None = None
) -> tuple[PossibleAct, ...]:
    """Each command once, with the first role and unit that may give it. With `actors`: only what one of them may do."""
    values = _values(dossier, rules, now)
    models = ((str(model.model_fields["kind"].default), model) for model in get_args(HumanCommand))
    tried = (_first(kind, model, values, dossier, rules, now, actors) for kind, model in models if kind not in NOT_HERE)
    return tuple(found for found in tried if found is not None)


def _first(
    kind: str,
    model: Any,
    values: Mapping[str, list[Any]],
    dossier: Dossier,
    rules: Rules,
    now: datetime,
    actors: Collection[Actor] | None,
) -> PossibleAct | None:
    for data in _examples(kind, model, values):
        command = model.model_validate({"kind": kind, **data})
        for actor in _actors(kind, dossier, rules) if actors is None else actors:
            refusal = _refusal(dossier, command, Context(now=now, actor=actor, rulebook=rules.rulebook))
            if refusal in WHEN_THE_STATE_IS_WRONG:
                return None
            if refusal is None:
                person = None if actor.person == NOBODY_S else actor.person
                shown = {name: _standing_for(kind, name, value) for name, value in data.items() if name not in BESIDE}
                return PossibleAct(command=kind, role=actor.role, unit=actor.unit, person=person, data=shown)
    return None


def _standing_for(kind: str, name: str, value: Any) -> Any:
    standing = STANDING_FOR.get(f"{kind}.{name}", STANDING_FOR.get(name))
    return value if standing is None else standing.vi


def _refusal(dossier: Dossier, command: Any, context: Context) -> str | None:
    """The code of the refusal, or None.

    `handover_awaited` is for a command that would first acknowledge a handover: it is not listed.
    """
    try:
        events = decide(dossier, Act(command_id=UUID(int=0), actor=context.actor, command=command), context)
    except DomainError as refused:
        return refused.code
    implied = isinstance(events[0], HandoverAcknowledged) and events[0].implied if events else False
    return DossierRefusal.HANDOVER_AWAITED if implied and moves(events) else None


def _examples(kind: str, model: Any, values: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Data to try for a command: first the required fields, then a fee or a tax. For a return also the way."""
    fields = model.model_fields.items()
    names = [name for name, field in fields if field.is_required() and name not in NOT_FIELDS]
    if kind == "return_result":
        names.append("by")
    if kind == "request_post":
        names.append("postal_address")
    choices = [values.get(f"{kind}.{name}", values.get(name, [])) for name in names]
    yield from (dict(zip(names, chosen, strict=True)) for chosen in product(*choices))
    basis = {"legal_basis": values["legal_basis"][0]}
    if kind == "accept":
        yield {"fee": 0} | basis
    if kind == "propose_fee":
        yield {"charge": Charge.TAX.value, "amount": 1} | basis


def _actors(kind: str, dossier: Dossier, rules: Rules) -> Iterator[Actor]:
    """The actors to try: first those in the work-list, then every role in every unit of the dossier."""
    for item in work_of(dossier, rules):
        if item.act == WITH_ANOTHER.get(kind, kind) and item.role is not Role.APPLICANT:
            yield Actor(person=item.person or NOBODY_S, role=item.role, unit=item.unit)
    person = dossier.processing.assignee or NOBODY_S
    roles = [role for role in Role if role not in (Role.APPLICANT, Role.SYSTEM, Role.SUPERVISOR)]
    units = _units(dossier)
    if kind in AT_THE_DESK:
        units.sort(key=lambda unit: unit != dossier.routing.received_by)
    for unit, role in product(units, roles):
        yield Actor(person=person, role=role, unit=unit)
    yield Actor(person=dossier.applicant.submitted_by or NOBODY_S, role=Role.APPLICANT)


def _units(dossier: Dossier) -> list[str]:
    """The units of the dossier, the responsible one first."""
    routing, handover = dossier.routing, dossier.handovers.open
    asked = [one.unit for one in dossier.processing.opinions if one.agrees is None]
    named = (
        routing.responsible, routing.competent, routing.received_by, routing.queue, dossier.signing.unit,
        handover.to_unit if handover else None, *asked, *(one.unit for one in dossier.escalations),
        *(one.explains for one in dossier.escalations),
    )  # fmt: skip
    return list(dict.fromkeys(unit for unit in named if unit))


def _values(dossier: Dossier, rules: Rules, now: datetime) -> dict[str, list[Any]]:
    """Values to try for each field, the most likely first. A field without values makes its command impossible."""
    steps = [step.code for step in rules.procedure.steps]
    before = steps[: steps.index(dossier.processing.step)] if dossier.processing.step in steps else steps
    papers = [one.code for one in rules.procedure.documents]
    handed_in = {one.code for one in dossier.intake.documents}
    missing = [one.code for one in rules.procedure.documents if one.required and one.code not in handed_in]
    asked = dossier.processing.open_supplement.documents if dossier.processing.open_supplement else ()
    payment = dossier.payment
    return {
        "step": [dossier.processing.step] if dossier.processing.step else [],
        "to_step": before[::-1],
        "documents": [missing or papers[:1]] if papers else [],
        "receive_supplement.documents": [[{"code": code} for code in asked]] if asked else [],
        "legal_basis": ["Điều 1"],
        "person": ["ma-can-bo"],
        "unit": _others(dossier, rules, now),
        "agrees": [True],
        "amount": _amounts(dossier),
        "propose_fee.amount": [0, 1, dossier.fees.fee],
        "approve_fee.amount": [dossier.fees.proposed.amount] if dossier.fees.proposed else [],
        "voucher": ["BL-1"],
        "order": [payment.order] if payment.order else [],
        "document": ["0" * 64],
        "result_number": ["1-KQ"],
        "effect": refused_effects(dossier),
        "reason": ["Đã sửa"],
        "stars": [5],
        "purpose": [one.value for one in PostPurpose],
        "postal_address": ["f" * 64],
        "item": [one.item for one in dossier.postal_items if one.item is not None],
        "escalation": [one.number for one in dossier.escalations],
        "cause": [ExplanationCause.OVERLOAD.value],
        "by": [dossier.intake.channel.value],
        "until": [(now + timedelta(days=days)).date().isoformat() for days in (7, 14, 30)],
        "correction": [{"entry": "documents", "value": [{"code": one.code} for one in dossier.intake.documents]}],
    }


def _amounts(dossier: Dossier) -> list[int]:
    """Amounts to try: the unpaid part, the part that was not asked for yet, then the whole amounts."""
    payment = dossier.payment
    return list(
        dict.fromkeys(one for one in (dossier.unpaid, dossier.fee_due, payment.amount, dossier.fees.fee) if one > 0)
    )


def _others(dossier: Dossier, rules: Rules, now: datetime) -> list[str]:
    """Units to which it may be handed over, or which may be asked: its own units, then those one level above."""
    above = [rules.above(unit, now.date()) for unit in _units(dossier)]
    return list(dict.fromkeys((*_units(dossier), *(one.code for one in above if one))))
