"""The error of a document that is refused as it is."""

from __future__ import annotations

from domain.errors import InvalidInput
from domain.messages.documents import DocumentFault


class DocumentRefused(InvalidInput):
    """A document that is hostile, broken, or not signed by whom it names. `code` is a `DocumentFault`."""


def refuse(fault: DocumentFault, **facts: object) -> DocumentRefused:
    """The error, for the caller to raise. Names of files are shortened: they come from the document."""
    shortened = {name: fact[:80] if isinstance(fact, str) else fact for name, fact in facts.items()}
    return DocumentRefused(fault, **shortened)
