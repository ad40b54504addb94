"""A change of the read models needs a new `FORM`, or rows of the release before would be read with missing values."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from domain.canonical_json import canonical
from domain.dossier.state import DOSSIER
from domain.dossier.view import FORM, DossierView

KEPT = Path(__file__).parent / "data" / "form_of_read_models.txt"
WORDS = ("description", "title")
"""What may change without another form: texts about the fields."""


def without_words(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            name: without_words(value)
            for name, value in schema.items()
            if name not in WORDS or not isinstance(value, str)
        }
    return [without_words(one) for one in schema] if isinstance(schema, list) else schema


def test_the_form_grows_with_the_fields() -> None:
    """The kept line has the form and a hash of all fields with their types. When they changed: add one to `FORM` in
    domain/dossier/view.py, then write the line that this test shows into the file."""
    schemas = [DOSSIER.json_schema(mode="serialization"), DossierView.model_json_schema(mode="serialization")]
    digest = hashlib.sha256(canonical(without_words(schemas))).hexdigest()
    assert KEPT.read_text(encoding="utf-8").strip() == f"{FORM} {digest}", KEPT
