"""Adds names to the codes in a refusal: people read `Phường Hà Nam (13366)`, machines still read `13366`.

A guard raises with codes only. The names are looked up here, once, when there is a refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.errors import DomainError
from domain.organisation.organisation import Organisation
from domain.procedures.procedure import Procedure
from domain.text.sentences import Named

NameOf = Callable[[str], str | None]
"""Gives the name of a code; None where there is none."""
UNITS = ("unit", "units", "wanted", "competent", "own")
STEPS = ("step", "current")
DOCUMENTS = ("documents", "missing")
PROCEDURES = ("procedure",)


def tell_names(
    refused: DomainError, on: date, organisation: Organisation | None, procedure: Procedure | None = None
) -> None:
    """Fills the sentence of a refusal again, with the name before each code that has one."""
    looked_up: list[tuple[tuple[str, ...], NameOf]] = []
    if organisation is not None and "name" not in refused.facts:  # else the sentence gives the name
        looked_up.append((UNITS, lambda code: organisation.name_of(code, on)))
    if procedure is not None:
        looked_up += [
            (STEPS, {step.code: step.name for step in procedure.steps}.get),
            (DOCUMENTS, {document.code: document.name for document in procedure.documents}.get),
            (PROCEDURES, {procedure.code: procedure.name.removeprefix("Thủ tục ")}.get),  # the sentence has the word
        ]
    named = {
        fact: _named(refused.sentence_facts[fact], name_of)
        for facts, name_of in looked_up
        for fact in facts
        if fact in refused.sentence_facts
    }
    if named:
        refused.tell(named)


def _named(fact: object, name_of: NameOf) -> object:
    match fact:
        case tuple() | list():
            return tuple(_named(item, name_of) for item in fact)
        case str():
            name = name_of(fact)
            return fact if name is None else Named(code=fact, name=name)
        case _:
            return fact
