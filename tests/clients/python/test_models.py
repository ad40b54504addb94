"""Tests that the models of the Python client are those of the API's document."""

from __future__ import annotations

import importlib
import json
import pkgutil
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import RootModel, ValidationError

from luongxanh_client import models
from luongxanh_client.models.base import Answer, OpenEnum, Question
from luongxanh_client.models.commands import Command
from luongxanh_client.models.dossiers import Dossier
from luongxanh_client.models.searches import SavedSearch
from luongxanh_client.models.statistics import Statistics
from luongxanh_client.models.submission import Submission
from luongxanh_client.models.words import Measure, State

DOCUMENT = json.loads((Path(__file__).parents[3] / "docs" / "api" / "openapi.json").read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
NAMED_OTHERWISE = {
    "Receipt": "ReceiptAnswer", "Dossier": "DossierAnswer", "HistoryEntry": "EventAnswer",
    "Documents": "DocumentsAnswer", "Route": "RouteAnswer", "Deadline": "DeadlineAnswer", "Ladder": "LadderAnswer",
    "OpenEscalation": "OpenEscalationAnswer", "PendingAct": "Accepted",
    "ActOutcome": "ActAnswer", "Tracking": "TrackingAnswer", "PartTracked": "PartAnswer",
    "FoundDossier": "FoundAnswer", "Order": "SearchOrder",
    "UnitsWanted": "UnitsBody", "Window": "WindowBody", "FallsDue": "FallsDueBody", "Filter": "DossierFilterBody",
    "Submission": "SubmissionBody", "ProblemBody": "Problem", "Procedure": "ProcedureAnswer", "Unit": "UnitAnswer",
    "Step": "StepAnswer", "Terms": "TermsAnswer", "Successor": "SuccessorLine", "UnitPeriod": "PeriodLine",
    "CalendarException": "ExceptionAnswer", "CalendarDay": "DayAnswer", "Calendar": "CalendarAnswer",
    "DeadlineQuestion": "DeadlineAsked", "CalculatedDeadline": "DeadlineExplained",
    "DeadlineResult": "DeadlineItemAnswer", "DeadlineResults": "DeadlineBatchAnswer",
    "RoutingQuestion": "RoutingAsked", "Routing": "RoutingAnswer", "EventsPage": "EventsAnswer",
    "EventType": "EventTypeAnswer", "EventTypes": "EventTypesAnswer", "NewWebhook": "WebhookBody",
    "EventFilter": "EventFilterBody", "WebhookChange": "WebhookChangeBody",
    "WebhookFilter": "FilterAnswer", "Webhook": "WebhookAnswer", "WebhookSecret": "NewSecretAnswer",
    "WebhookPage": "WebhooksAnswer", "Delivery": "DeliveryAnswer", "DeliveryPage": "DeliveriesAnswer",
    "Ping": "PingAnswer", "SentAgain": "RetriedAnswer", "Skipped": "SkippedAnswer",
    "ApplicantNow": "Applicant", "Particulars": "ParticularsAnswer", "WorkItem": "WorkAnswer",
    "WorkList": "WorkListAnswer", "WorkClock": "WorkClockAnswer", "Leave": "LeaveAnswer",
    "LeaveList": "LeaveListAnswer",
    "WorkCount": "WorkCountAnswer", "LeaveToEnter": "LeaveBody", "DossierToAssign": "ToAssignBody",
    "AssignmentToGive": "AssignmentBody", "AssignedDossier": "AssignedAnswer", "Assignment": "AssignmentAnswer",
    "Incident": "IncidentAnswer", "Stuck": "StuckAnswer",
    "TroubledDossier": "TroubledAnswer", "TroubledPage": "IncidentPage", "Rollout": "RolloutAnswer",
    "RolloutAct": "RolloutActAnswer", "RolloutItem": "RolloutItemAnswer", "RolloutProgress": "ProgressAnswer",
    "Statistics": "StatisticsAnswer", "SavedSearch": "SavedSearchAnswer", "SearchToSave": "SavedSearchBody",
    "SavedSearchList": "SavedSearchesAnswer", "SearchFault": "SearchFaultAnswer", "KeptOrder": "SearchOrder",
    "Counts": "CountsAnswer", "Build": "BuildAnswer", "Releases": "ReleasesAnswer", "ReleaseOrder": "ReleaseActAnswer",
    "ReleaseOrderPage": "ReleaseActPage", "OutsideSystem": "OutsideSystemAnswer", "GivenOrder": "GivenOrderAnswer",
    "OutsideSystems": "OutsideSystemsAnswer", "OutsideSettings": "OutsideSettingsAnswer",
    "OutsideOrder": "OutsideOrderAnswer", "OrderToGive": "OutsideOrderBody",
    "OrderToPlan": "OutsideOrderToPlan", "PlannedOrder": "PlannedOrderAnswer",
    "Ramp": "RampAnswer", "StuckDossier": "StuckByCause",
    "CheckFinding": "FindingAnswer", "Check": "CheckAnswer", "Doctor": "DoctorAnswer",
    "StuckCause": "CauseAnswer", "Failed": "FailedAnswer", "RepairToPlan": "RepairPlanBody",
    "RepairCall": "RepairCallAnswer", "RepairFinding": "RepairFindingAnswer",
    "RepairSelection": "RepairSelectionAnswer", "SecondPerson": "SecondPersonAnswer",
    "RepairPlanning": "RepairPlanningAnswer", "RepairPlanningList": "RepairPlanningsAnswer",
    "RepairApproval": "RepairApprovalAnswer", "RepairRun": "RepairRunAnswer", "RepairPlan": "RepairPlanAnswer",
    "ReplayToBegin": "BuildReplayBody", "ReplayRun": "ReplayRunAnswer", "Replay": "ReplayAnswer",
    "FailedHistory": "FailedHistoryAnswer", "ReplayRemedy": "ToldRemedy",
    "TakenIn": "TakenInAnswer",
    "Stage": "StageAnswer", "SentDocument": "SentDocumentAnswer", "ReceivedDocument": "ReceivedDocumentAnswer",
    "AxisDocuments": "AxisDocumentsAnswer", "AxisDocument": "AxisDocumentAnswer", "AttachedFile": "AttachedAnswer",
    "Letter": "LetterAnswer", "DocumentToSettle": "SettleDocumentBody", "DocumentToDecide": "DecideDocumentBody",
    "LeftChannel": "LeftChannelAnswer", "Notice": "NoticeAnswer", "Notices": "NoticesAnswer",
    "ApplicantChannel": "ApplicantChannelAnswer", "OptOut": "OptOutAnswer", "OptOutToRecord": "OptOutBody",
    "Reconciliation": "ReconciliationAnswer", "FoundDifference": "DifferenceAnswer",
    "FoundDifferencePage": "DifferencePage", "EndedWorkflow": "EndedWorkflowAnswer",
}  # fmt: skip
"""The schema of a model that has another name in the document. A command's is that of its body."""
SET_BY_THE_GATEWAY = {("CorrectApplicant", "value")}
"""Fields of bodies that callers do not send."""


def _members(base: type) -> Iterator[type]:
    for module in pkgutil.iter_modules(models.__path__):
        for value in vars(importlib.import_module(f"luongxanh_client.models.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, base) and value.__module__.endswith(module.name):
                yield value


def _all(*bases: type) -> list[Any]:
    found = {model for base in bases for model in _members(base)} - {Answer, Question, Command, OpenEnum}
    return sorted(found, key=lambda model: model.__name__)


def schema_of(model: Any) -> Any:
    """The schema of a model in the document."""
    name = model.__name__
    return SCHEMAS[f"{name}Body" if issubclass(model, Command) else NAMED_OTHERWISE.get(name, name)]


@pytest.mark.parametrize("model", _all(Answer), ids=lambda model: model.__name__)
def test_an_answer_has_the_fields_of_the_document(model: Any) -> None:
    """Each field of ours is in the document, and each field that the document promises is in ours."""
    schema = schema_of(model)
    ours, promised = set(model.model_fields), set(schema.get("required", ()))
    assert ours <= set(schema["properties"])
    assert promised <= ours
    assert {name for name, field in model.model_fields.items() if field.is_required()} <= promised


@pytest.mark.parametrize("model", _all(Question), ids=lambda model: model.__name__)
def test_a_question_has_the_fields_of_the_document(model: Any) -> None:
    """Every field that may be sent is in ours, and ours are required exactly where the document requires them."""
    schema = schema_of(model)
    sent = {name for name in schema["properties"] if (model.__name__, name) not in SET_BY_THE_GATEWAY}
    assert set(model.model_fields) == sent
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    assert required == set(schema.get("required", ()))


@pytest.mark.parametrize("model", _all(Answer, Question), ids=lambda model: model.__name__)
def test_a_field_has_the_form_of_the_document(model: Any) -> None:
    """A text, a number, a list or a part; and whether it may be null."""
    properties = schema_of(model)["properties"]
    for name, field in model.model_fields.items():
        told, ours = forms_told(properties[name]), forms_of(field.annotation)
        assert ours == told, (name, ours, told)


@pytest.mark.parametrize("words", _all(OpenEnum), ids=lambda words: words.__name__)
def test_an_enumeration_has_the_values_of_the_document(words: type[OpenEnum]) -> None:
    """All of them, and no other one."""
    assert [word.value for word in words] == SCHEMAS[words.__name__]["enum"]


def test_there_is_a_model_for_each_command() -> None:
    """By its kind."""
    start = "/v1/dossiers/{code}/commands/"
    documented = {path.removeprefix(start) for path in DOCUMENT["paths"] if path.startswith(start)}
    assert {model.kind for model in _all(Command)} == documented


def test_every_model_of_the_list_exists() -> None:
    """The list of other names names no model that is gone."""
    assert set(NAMED_OTHERWISE) <= {model.__name__ for model in _all(Answer, Question)}


def example_of(path: str) -> Any:
    """The example answer of reading a path."""
    answer = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    return next(iter(answer["examples"].values()))["value"] if "examples" in answer else answer["example"]


def test_a_later_api_is_understood() -> None:
    """A new field is left out, and a new value of an enumeration is kept as it came."""
    later = {**example_of("/v1/dossiers/{code}"), "state": "archived", "colour": "green"}
    read = Dossier.model_validate_json(json.dumps(later))
    assert read.state == "archived"
    assert isinstance(read.state, State)
    assert not hasattr(read, "colour")


def test_a_condition_that_restricts_nothing_is_left_out() -> None:
    """A filter of a later API has nulls in it that this client does not know, in its parts too."""
    example = example_of("/v1/statistics")
    window = {"since": "2026-01-01T00:00:00+07:00", "before": None, "later": None}
    late = {"clock": "promised", "caused_by": [{"kind": "unit", "code": None, "later": None}], "later": None}
    of_measure = {"received": window, "late": late, "later": None}
    numbers = Statistics.model_validate({**example, "filters": {**example["filters"], "received": of_measure}})
    found = numbers.dossiers(Measure.RECEIVED, numbers.total.model_copy(update={"filter": {"later": None}}))
    assert found.model_dump(exclude_none=True, mode="json") == {
        "received": {"since": "2026-01-01T00:00:00+07:00"},
        "late": {"clock": "promised", "caused_by": [{"kind": "unit"}]},
    }
    kept = SavedSearch.model_validate({**example_of("/v1/saved-searches/{search}"), "filter": of_measure})
    assert kept.wanted() == found
    restricts = kept.model_copy(update={"filter": {"received": {**window, "later": "x"}}})
    with pytest.raises(ValidationError):  # without it, more would be found than was asked for
        restricts.wanted()


def test_particulars_are_in_no_repr() -> None:
    """What is logged by mistake has no person in it."""
    example = DOCUMENT["paths"]["/v1/dossiers"]["post"]["requestBody"]["content"]["application/json"]
    body = next(iter(example["examples"].values()))["value"] if "examples" in example else example["example"]
    shown = repr(Submission.model_validate({**body, "note": "bà Nguyễn Thị Bí Mật"}))
    assert body["applicant"]["name"] not in shown
    assert body["applicant"]["identity_number"] not in shown
    assert "Bí Mật" not in shown


def forms_told(schema: Any) -> set[str]:
    """The JSON types of a schema. A part that ours leaves as it came is an object too."""
    if "$ref" in schema:
        return forms_told(SCHEMAS[schema["$ref"].rsplit("/", 1)[1]])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return set().union(*(forms_told(one) for one in schema[several]))
    return {schema["type"]} if "type" in schema else {"string"}


def forms_of(annotation: Any) -> set[str]:
    """The JSON types of an annotation."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return set().union(*(forms_of(one) for one in get_args(annotation)))
    if origin is tuple:
        return {"array"}
    simple = {type(None): "null", bool: "boolean", int: "integer", float: "number"}
    if annotation in simple:
        return {simple[annotation]}
    is_part = isinstance(annotation, type) and issubclass(annotation, Answer | Question | RootModel)
    return {"object"} if is_part or (origin is not None and "Mapping" in str(origin)) else {"string"}
