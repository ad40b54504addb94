"""Begins a comparison, and ends a workflow that no dossier needs: orders of operators who reach the whole province."""

from __future__ import annotations

from fastapi import APIRouter, Response

from activities.ledger.kept_answers import Answer
from gateway.api.bodies import StrictRoute, strict
from gateway.api.documented import operation
from gateway.api.reconciling.answers import (
    EndedWorkflowAnswer,
    ReconciliationAnswer,
    ReconciliationBody,
    WorkflowToEnd,
)
from gateway.api.reconciling.reading import TAG
from gateway.api.repeats import Acting, answer_kept

router = APIRouter(route_class=StrictRoute, tags=[TAG])


@router.post(
    "/operations/reconciliations",
    response_model=ReconciliationAnswer,
    **operation(
        "begin_reconciliation", "Bắt đầu đối chiếu", "begin to compare Temporal with the ledger", acts=True, body=True,
        status=201,
    ),
)  # fmt: skip
async def begin_reconciliation(body: strict(ReconciliationBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers 201 with the comparison, which goes on in this process. It changes no dossier."""
    orders = acting.parts.engine.reconciliations

    async def act(_key: str) -> Answer:
        begun = await orders.begin(acting.signed.caller.principal, versions=body.whole)
        orders.in_background(begun)
        answer = ReconciliationAnswer.of(begun)
        return answer_kept(201, answer, Location=answer.href)

    return await acting.once(act)


@router.post(
    "/operations/ended-workflows",
    response_model=EndedWorkflowAnswer,
    **operation(
        "end_workflow", "Dừng quy trình không hồ sơ nào cần", "end a workflow that no dossier needs", acts=True,
        body=True, status=201,
    ),
)  # fmt: skip
async def end_workflow(body: strict(WorkflowToEnd), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers 201 with what was ended, after two looks, some seconds apart."""

    async def act(_key: str) -> Answer:
        orders, principal = acting.parts.engine.reconciliations, acting.signed.caller.principal
        done = await orders.end(principal, body.workflow, why=body.reason)
        return answer_kept(201, EndedWorkflowAnswer.of(done))

    return await acting.once(act)
