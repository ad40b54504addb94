"""The list of documents (thành phần hồ sơ): only what the procedure has, each once, and at intake everything required.

The same for whoever states it: a submission, a supplement, a correction.
"""

from __future__ import annotations

from domain.dossier.commands import SubmittedDocument
from domain.dossier.context import Rules
from domain.dossier.revision import Revision
from domain.errors import InvalidInput, RuleViolation


def require_known_documents(documents: tuple[SubmittedDocument, ...], rules: Rules) -> None:
    """`unknown_document`, `document_twice`: a paper that nobody asks for, or one that stands here twice."""
    if rules.revision < Revision.SECOND:
        return
    codes = [document.code for document in documents]
    unknown = sorted(set(codes) - {document.code for document in rules.procedure.documents})
    if unknown:
        raise RuleViolation("unknown_document", documents=tuple(unknown), procedure=rules.procedure.code)
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise InvalidInput("document_twice", documents=tuple(twice), procedure=rules.procedure.code)


def require_all_documents(
    dossier: str, documents: tuple[SubmittedDocument, ...], rules: Rules, *, code: str = "missing_document"
) -> None:
    """`missing_document` (or `code`), naming each required one that is not there."""
    brought = {document.code for document in documents}
    missing = [one for one in rules.procedure.documents if one.required and one.code not in brought]
    if missing:
        raise RuleViolation(code, dossier=dossier, missing=tuple(one.code for one in missing))
