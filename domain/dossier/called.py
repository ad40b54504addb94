"""What the codes in a refusal are called: people read `Phường Hà Nam (13366)`, machines go on reading `13366`.

A guard raises with codes, which it has; the names are looked up here, once, when there is something to tell.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.errors import DomainError
from domain.organisation.organisation import Organisation
from domain.procedures.procedure import Procedure
from domain.text.sentences import Named

Called = Callable[[str], str | None]
"""The name of a code; None where there is none."""
UNITS = ("unit", "units", "wanted", "competent", "own")
STEPS = ("step", "current")
DOCUMENTS = ("documents", "missing")
PROCEDURES = ("procedure",)


def tell_names(
    refused: DomainError, on: date, organisation: Organisation | None, procedure: Procedure | None = None
) -> None:
    """Says the sentence of a refusal anew, with the name before each code that has one."""
    looked_up: list[tuple[tuple[str, ...], Called]] = []
    if organisation is not None and "name" not in refused.facts:  # where a sentence gives the name itself, it is there
        looked_up.append((UNITS, lambda code: organisation.name_of(code, on)))
    if procedure is not None:
        looked_up += [
            (STEPS, {step.code: step.name for step in procedure.steps}.get),
            (DOCUMENTS, {one.code: one.name for one in procedure.documents}.get),
            (PROCEDURES, {procedure.code: procedure.name.removeprefix("Thủ tục ")}.get),  # the sentence says it
        ]
    for facts, called in looked_up:
        refused.tell({fact: _named(refused.told[fact], called) for fact in facts if fact in refused.told})


def _named(fact: object, called: Called) -> object:
    match fact:
        case tuple() | list():
            return tuple(_named(one, called) for one in fact)
        case str():
            name = called(fact)
            return fact if name is None else Named(code=fact, name=name)
        case _:
            return fact
