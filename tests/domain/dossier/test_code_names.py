"""Tests that a refusal gives people names with codes in brackets, and machines only codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.dossier.code_names import tell_names
from domain.dossier.commands import (
    Accept,
    Approve,
    AskOpinion,
    CompleteStep,
    HandOver,
    ReceiveSupplement,
    RequestSupplement,
    SendBackStep,
    Submit,
    SubmittedDocument,
)
from domain.errors import DomainError, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.organisation.routing import Matter
from domain.roles import Actor
from tests.support.given import (
    CITIZEN,
    DESK,
    DESK_OF_HA_NAM,
    HEAD,
    OFFICER,
    Case,
    a_submission,
    processing,
    submitted,
    supplement_asked,
)
from tests.support.small_province import CENTRE, FREE, HA_NAM, ORGANISATION, PHU_LY, at


def unit(code: str) -> str:
    return f"{ORGANISATION.unit(code, at('2025-07-07 08:00').date()).name} ({code})"


def coordinated() -> Case:
    case = submitted(matter=Matter())
    case.when(DESK, Accept())
    return case


def asked(case: Case) -> Case:
    case.when(OFFICER, AskOpinion(unit=PHU_LY))
    return case


def handed_on() -> Case:
    case = processing()
    case.when(HEAD, HandOver(unit=PHU_LY, legal_basis="Điều 4"))
    return case


def not_complete() -> Case:
    return submitted(documents=())


LAW = "Điều 4"
TOLD: list[tuple[str, Callable[[], Case], Actor, Any, str, dict[str, str]]] = [
    ("opinion_of_oneself", processing, OFFICER, AskOpinion(unit=HA_NAM), unit(HA_NAM), {"unit": HA_NAM}),
    ("opinion_already_asked", lambda: asked(processing()), OFFICER, AskOpinion(unit=PHU_LY), unit(PHU_LY), {}),
    ("no_competent_authority", coordinated, OFFICER, CompleteStep(step="process"), unit(CENTRE), {"unit": CENTRE}),
    ("supplement_incomplete", supplement_asked, CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="x"),)),
     "Đơn (don)", {"missing": "don"}),
    ("missing_document", not_complete, DESK, Accept(), "Đơn (don)", {"missing": "don"}),
    ("wrong_step", processing, HEAD, Approve(step="approve"), "“Duyệt (approve)”", {"current": "process"}),
    ("step_not_earlier", processing, OFFICER, SendBackStep(to_step="approve"), "“Thẩm định (process)”", {}),
    ("wrong_unit", submitted, DESK_OF_HA_NAM, Accept(), unit(PHU_LY), {"unit": HA_NAM, "wanted": PHU_LY}),
    ("handover_awaited", handed_on, HEAD, HandOver(unit=CENTRE, legal_basis=LAW), unit(PHU_LY), {"unit": PHU_LY}),
    ("unknown_document", processing, OFFICER, RequestSupplement(documents=("x",), legal_basis=LAW), "1.000001", {}),
    ("unknown_step", processing, OFFICER, CompleteStep(step="x"), "1.000001", {"procedure": "1.000001"}),
    ("unknown_document", Case, CITIZEN, a_submission(documents=(SubmittedDocument(code="x"),)), "1.000001", {}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "given", "actor", "command", "name", "facts"), TOLD, ids=[one[0] for one in TOLD])
def test_a_refusal_gives_the_name_with_its_code(
    code: str, given: Callable[[], Case], actor: Actor, command: Any, name: str, facts: dict[str, str]
) -> None:
    """Units, steps, documents and procedures have names in both languages, also before the dossier exists."""
    case = given()
    assert isinstance(command, Submit) or case.dossier.pins
    with pytest.raises(DomainError) as refused:
        case.when(actor, command)
    problem = refused.value
    assert problem.code == code
    assert name in problem.message.vi
    assert name.strip("“”") in problem.message.en
    assert facts.items() <= problem.facts.items()


def test_a_procedure_is_not_called_a_procedure_twice() -> None:
    """The word "thủ tục" is not repeated when a procedure's name begins with it."""
    refused = RuleViolation(DossierRefusal.UNKNOWN_STEP, step="x", procedure="1.000001")
    named = FREE.model_copy(update={"name": "Thủ tục cấp giấy"})
    tell_names(refused, at("2025-07-07 08:00").date(), None, named)
    assert "thủ tục cấp giấy (1.000001) không có" in refused.message.vi
