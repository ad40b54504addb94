"""Tests of refusals of workflows as the gateway has them."""

from __future__ import annotations

from string import Formatter

import pytest
from temporalio.service import RPCError, RPCStatusCode

from domain.errors import DomainError
from domain.messages.dossier import DossierRefusal
from domain.text.sentences import Named, filled
from domain.values import Bilingual
from gateway.client.engine_errors import SENTENCES, Refused
from gateway.client.repairs.present_state import ordered_of_temporal

POST = Bilingual(vi="Văn thư – Phường Hà Nam", en="Clerk – Phường Hà Nam")


def names_in(code: str) -> set[str]:
    """The facts of the sentence of a code."""
    return {name for _, name, _, _ in Formatter().parse(SENTENCES[code].vi) if name}


OF_PEOPLE = {code: people for code in SENTENCES if (people := names_in(code) & {"person", "assignee", "stand_in"})}


def refused(code: str, message: Bilingual, facts: dict[str, str]) -> Refused:
    return Refused(code, message, facts, "NotAuthorised")


@pytest.mark.parametrize("code", sorted(OF_PEOPLE))
def test_a_sentence_that_names_people_is_told_again(code: str) -> None:
    facts = {name: f"code.of.{name}" for name in names_in(code)}
    error = refused(code, filled(SENTENCES[code], facts), facts)
    error.tell(dict.fromkeys(OF_PEOPLE[code], POST))
    assert POST.vi in error.message.vi
    assert POST.en in error.message.en
    assert not [name for name in OF_PEOPLE[code] if f"code.of.{name}" in error.message.vi + error.message.en]
    assert error.facts == facts, "facts for machines do not change"


def test_a_sentence_that_cannot_be_told_again_stays_as_it_came() -> None:
    """One of another release, an unknown one, and one whose facts came as codes and were told in words."""
    facts = {"dossier": "H42.1-260101-0001", "assignee": "cb.1"}
    other = Bilingual(vi="Câu của bản khác {assignee}", en="Of another release {assignee}")
    for code in (DossierRefusal.NOT_ASSIGNEE, "not_known_here"):
        error = refused(code, other, facts)
        error.tell({"assignee": POST})
        assert error.message == other
    unit = Named(code="13366", name="Phường Hà Nam")
    worded = filled(SENTENCES[DossierRefusal.HANDOVER_TO_ITSELF], {"dossier": "x", "unit": unit})
    error = refused(DossierRefusal.HANDOVER_TO_ITSELF, worded, {"dossier": "x", "unit": "13366"})
    error.tell({"dossier": "y"})
    assert error.message == worded


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (RPCStatusCode.INVALID_ARGUMENT, "temporal_refused"),
        (RPCStatusCode.FAILED_PRECONDITION, "temporal_refused"),
        (RPCStatusCode.UNAVAILABLE, "temporal_unavailable"),
        (RPCStatusCode.DEADLINE_EXCEEDED, "temporal_unavailable"),
    ],
)
def test_an_order_that_temporal_refuses_is_not_tried_for_ever(status: RPCStatusCode, code: str) -> None:
    """What Temporal refuses for good is the outcome of a repair. Only a failure of the server is tried again."""
    with pytest.raises(DomainError) as raised, ordered_of_temporal("H42-1"):
        raise RPCError("-", status, b"")
    assert raised.value.code == code
