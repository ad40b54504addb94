"""Checks a list of documents (thành phần hồ sơ): only those of the procedure, each once, at intake all required ones.

The same checks apply to a submission, a supplement and a correction.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.dossier.commands import SubmittedDocument
from domain.dossier.context import Rules
from domain.dossier.revision import Revision
from domain.errors import InvalidInput, RuleViolation
from domain.messages.dossier import DossierRefusal


def require_known_documents(documents: tuple[SubmittedDocument, ...], rules: Rules) -> None:
    """`unknown_document`: the procedure does not have it. `document_twice`: the list has it twice."""
    if rules.revision < Revision.SECOND:
        return
    codes = [document.code for document in documents]
    require_codes_known(codes, rules)
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise InvalidInput(DossierRefusal.DOCUMENT_TWICE, documents=tuple(twice), procedure=rules.procedure.code)


def require_codes_known(codes: Iterable[str], rules: Rules) -> None:
    """`unknown_document`: the procedure does not have one of these."""
    unknown = sorted(set(codes) - {document.code for document in rules.procedure.documents})
    if unknown:
        raise RuleViolation(DossierRefusal.UNKNOWN_DOCUMENT, documents=tuple(unknown), procedure=rules.procedure.code)


def require_all_documents(
    dossier: str,
    documents: tuple[SubmittedDocument, ...],
    rules: Rules,
    *,
    refusal: DossierRefusal = DossierRefusal.MISSING_DOCUMENT,
) -> None:
    """`missing_document` (or another `refusal`), with the code of each required document that is missing."""
    brought = {document.code for document in documents}
    required = [document.code for document in rules.procedure.documents if document.required]
    missing = tuple(document for document in required if document not in brought)
    if missing:
        raise RuleViolation(refusal, dossier=dossier, missing=missing)
