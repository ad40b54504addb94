"""Tests of the OpenAPI document: it is the one that is kept, it is complete, and its examples are accepted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from pydantic import TypeAdapter

from gateway.access.permissions import COMMANDS
from gateway.api import examples
from gateway.api.application import document_text, routed
from gateway.api.document import TAGS, operations
from gateway.api.examples import body_example
from gateway.client.requests import validated_strictly
from gateway.dossiers.bodies import COMMAND_BODIES, SubmissionBody

KEPT = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"
DOCUMENT = routed().openapi()
OPERATIONS = [(f"{method} {path}", one) for method, path, one in operations(DOCUMENT)]
every_operation = pytest.mark.parametrize("one", [one for _, one in OPERATIONS], ids=[name for name, _ in OPERATIONS])


def test_the_kept_document_is_the_present_one() -> None:
    """`luongxanh api schema > docs/api/openapi.json` renews it after a change."""
    assert KEPT.read_text(encoding="utf-8") == document_text()


@every_operation
def test_every_operation_is_described(one: dict[str, Any]) -> None:
    """An operation has an id, words in both languages, a known tag, and problems for what may go wrong."""
    assert one["operationId"]
    assert "(" in one["summary"]
    assert one["tags"][0] in {name for name, _ in TAGS}
    errors = [(status, answer) for status, answer in one["responses"].items() if status[0] in "45" and status != "503"]
    assert errors or one["tags"][0].startswith("Tình trạng")
    assert all(answer == {"$ref": f"#/components/responses/Problem{status}"} for status, answer in errors)


EXAMPLES = [
    (answer["content"]["application/json"], one["operationId"])
    for _, one in OPERATIONS
    for status, answer in one["responses"].items()
    if status[0] == "2" and "example" in answer.get("content", {}).get("application/json", {})
]


@pytest.mark.parametrize("content", [content for content, _ in EXAMPLES], ids=[name for _, name in EXAMPLES])
def test_the_example_of_an_answer_has_its_shape(content: dict[str, Any]) -> None:
    """The example of an answer is valid under the schema that the document gives."""
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(content["example"])


@every_operation
def test_the_example_of_a_body_has_its_shape(one: dict[str, Any]) -> None:
    """The example of a body is valid under the schema that the document gives."""
    content = one.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None:
        schema = {**content["schema"], "components": DOCUMENT["components"]}
        Draft202012Validator(schema).validate(content["example"])


def test_every_example_is_of_an_operation() -> None:
    """No file of an example is left of an operation that is gone."""
    ids = {one["operationId"] for _, one in OPERATIONS} | {"receipt", "accepted"}
    folder = Path(examples.__path__[0])
    assert {file.stem for file in folder.glob("*/*.json")} <= ids


@every_operation
def test_every_operation_has_an_example(one: dict[str, Any]) -> None:
    """A body and a JSON answer come with an example."""
    body = one.get("requestBody", {}).get("content", {}).get("application/json")
    assert body is None or "example" in body
    usual = next(answer for status, answer in one["responses"].items() if status[0] == "2")
    answered = usual.get("content", {}).get("application/json")
    assert answered is None or "example" in answered or one["tags"][0].startswith("Tình trạng")


def test_every_command_has_an_example() -> None:
    """The commands that come from outside, their bodies and their examples are the same list."""
    assert set(COMMANDS) == set(COMMAND_BODIES)


@pytest.mark.parametrize("kind", COMMAND_BODIES)
def test_an_example_is_accepted(kind: str) -> None:
    """The example of a body is valid, as the API validates it."""
    validated_strictly(TypeAdapter(COMMAND_BODIES[kind]), body_example(kind))


def test_the_example_of_a_submission_is_accepted() -> None:
    """The example of a submission is valid, as the API validates it."""
    validated_strictly(TypeAdapter(SubmissionBody), body_example("submit_dossier"))


def test_every_schema_has_a_name_for_people() -> None:
    """Generated clients have types of these names. FastAPI writes the path of a module where two have one name."""
    assert [name for name in DOCUMENT["components"]["schemas"] if not name.isalnum()] == []
