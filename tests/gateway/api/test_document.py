"""Tests of the OpenAPI document: it is the one that is kept, it is complete, and its examples are accepted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from pydantic import TypeAdapter

from gateway.access.permissions import COMMANDS
from gateway.api import examples
from gateway.api.application import document_text
from gateway.api.document import TAGS, operations
from gateway.api.examples import body_example
from gateway.api.texts import fields as texts
from gateway.api.texts.enumerations import WORDS
from gateway.api.texts.operations import OPERATIONS as OPERATION_TEXTS
from gateway.api.texts.schemas import SCHEMAS as SCHEMA_TEXTS
from gateway.client.requests import validated_strictly
from gateway.dossiers.bodies import COMMAND_BODIES, SubmissionBody
from tests.support.api_document import KEPT, api_document

DOCUMENT = api_document()
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


FIELDS_OF_SCHEMAS = {
    f"{name}.{field}": shape
    for name, schema in DOCUMENT["components"]["schemas"].items()
    for field, shape in schema.get("properties", {}).items()
}


def test_every_field_is_described_in_both_languages() -> None:
    """Vietnamese first, English in brackets; and no words are kept of a field that is gone."""
    assert [name for name, shape in FIELDS_OF_SCHEMAS.items() if "(" not in shape.get("description", "")] == []
    known = {*FIELDS_OF_SCHEMAS, *(name.split(".")[1] for name in FIELDS_OF_SCHEMAS)}
    assert [name for name in texts.FIELDS if name not in known] == []


@every_operation
def test_every_operation_says_what_it_does_and_for_whom(one: dict[str, Any]) -> None:
    """In both languages, and more than its name."""
    vi, who, en, _ = one["description"].split("\n\n")
    assert who.startswith(("*Ai được gọi: ", "*Công khai"))
    assert vi.rstrip(".") not in one["summary"]
    assert en


def test_no_words_are_kept_of_an_operation_that_is_gone() -> None:
    """Every operation has words, and no other."""
    assert set(OPERATION_TEXTS) == {one["operationId"] for _, one in OPERATIONS}


VIETNAMESE = re.compile("[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
"""A letter that Vietnamese has and English has not."""


def test_every_schema_is_described_in_both_languages() -> None:
    """Vietnamese first, then English; and no words are kept of a schema that is gone."""
    schemas = DOCUMENT["components"]["schemas"]
    texts_of = {name: one.get("description", "") for name, one in schemas.items()}
    first = {name: re.split(r" \(|\n\n", text)[0] for name, text in texts_of.items()}
    assert [name for name, text in first.items() if not VIETNAMESE.search(text)] == []
    assert [name for name, text in texts_of.items() if "(" not in text and "\n\n" not in text] == []
    named = {*SCHEMA_TEXTS, *(kind.__name__ for kind in WORDS)}
    assert sorted(named - set(schemas)) == []


def test_the_values_of_an_enumeration_are_said_in_words() -> None:
    """Of every enumeration. No description speaks of Python."""
    schemas = DOCUMENT["components"]["schemas"]
    for name, one in schemas.items():
        assert [value for value in one.get("enum", ()) if f"`{value}`" not in one["description"]] == [], name
    of_this_house = re.compile(r"None\b|--json|date\.weekday|[Tt]he gateway")
    assert [name for name, one in schemas.items() if of_this_house.search(one.get("description", ""))] == []


def test_every_schema_has_a_name_for_people() -> None:
    """Generated clients have types of these names. FastAPI writes the path of a module where two have one name."""
    assert [name for name in DOCUMENT["components"]["schemas"] if not name.isalnum()] == []
