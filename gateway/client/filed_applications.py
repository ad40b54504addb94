"""Turns an application of the interconnection software into a submission of the whole, or says what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import ValidationError

from activities.adapters.interconnection import FiledApplication, FiledDocument
from activities.ledger.interconnected import key_of
from activities.ledger.taken_in import TakenIn
from domain.dossier.commands import SubmittedDocument
from domain.errors import InvalidInput, NotFound
from domain.messages.interconnection import InterconnectionRefusal
from domain.organisation.organisation import Organisation
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel, Procedure
from domain.rules.province import Province
from domain.text.sentences import Choice
from domain.values import VIETNAM, Bilingual
from gateway.client.requests import Applicant, Submission


def submission_of_filed(filed: FiledApplication, order: TakenIn, province: Province, on: date) -> Submission:
    """The submission. Its key is the identifier there, so the same application is always the same dossier.

    Raises InvalidInput: unknown_group, part_missing, part_unknown, unknown_commune, child_documents_missing,
    filed_applicant_unreadable.
    """
    group = _group(filed, province, on)
    parts = {child.procedure: province.published(child.procedure, on).procedure for child in group.children}
    _require_parts(filed, parts)
    matter = _matter(filed, province.organisation)
    _require_documents(filed, parts)
    return Submission(
        key=key_of(filed.id),
        actor=order.actor,
        procedure=group.code,
        channel=Channel.ONLINE,
        received_by=order.received_by,
        matter=matter,
        applicant=_applicant(filed),
        documents=tuple(_documents(filed, group)),
    )


def _group(filed: FiledApplication, province: Province, on: date) -> Procedure:
    try:
        found = province.published(filed.group, on).procedure
    except NotFound:
        found = None
    if found is None or not found.children:
        raise InvalidInput(InterconnectionRefusal.UNKNOWN_GROUP, application=filed.id, group=filed.group)
    return found


def _require_parts(filed: FiledApplication, parts: dict[str, Procedure]) -> None:
    named = {one.procedure for one in filed.parts}
    missing = tuple(_named(code, procedure.name) for code, procedure in parts.items() if code not in named)
    if missing:
        raise InvalidInput(InterconnectionRefusal.PART_MISSING, application=filed.id, missing=missing)
    unknown = tuple(dict.fromkeys(one.procedure for one in filed.parts if one.procedure not in parts))
    if unknown:
        raise InvalidInput(InterconnectionRefusal.PART_UNKNOWN, application=filed.id, unknown=unknown)


def _require_documents(filed: FiledApplication, parts: dict[str, Procedure]) -> None:
    """A document that was filed for one part is there for all of them."""
    there = {document.component for part in filed.parts for document in part.documents}
    missing = tuple(
        dict.fromkeys(
            _named(document.code, document.name)
            for procedure in parts.values()
            for document in procedure.documents
            if document.required and document.code not in there
        )
    )
    if missing:
        raise InvalidInput(InterconnectionRefusal.CHILD_DOCUMENTS_MISSING, application=filed.id, missing=missing)


def _matter(filed: FiledApplication, organisation: Organisation) -> Matter:
    """The commune as its code was used on the day of filing: codes are given to other communes later."""
    day = filed.filed_at.astimezone(VIETNAM).date()
    if not organisation.periods(filed.unit):
        raise InvalidInput(InterconnectionRefusal.UNKNOWN_COMMUNE, application=filed.id, unit=filed.unit)
    return Matter(territory=filed.unit, territory_as_of=day)


def _documents(filed: FiledApplication, group: Procedure) -> Iterator[SubmittedDocument]:
    """Each document of the group once. What the group does not know is left out: it is not needed."""
    known = {document.code for document in group.documents}
    found: dict[str, FiledDocument] = {}
    for part in filed.parts:
        for document in part.documents:
            found.setdefault(document.component, document)
    for code, document in found.items():
        if code in known:
            yield SubmittedDocument(code=code, digitised=document.digitised)


def _applicant(filed: FiledApplication) -> Applicant:
    """The particulars. The error names the fields and never their values."""
    person = filed.applicant
    try:
        return Applicant(
            name=person.name,
            identity_number=person.identity_number,
            birth_date=date.fromisoformat(person.birth_date),
            phone=person.phone,
            email=person.email,
            address=person.address,
        )
    except ValidationError as wrong:
        fields = ", ".join(str(one["loc"][0]) for one in wrong.errors(include_input=False) if one["loc"])
    except ValueError:
        fields = "birth_date"
    raise InvalidInput(InterconnectionRefusal.APPLICANT_UNREADABLE, application=filed.id, fields=fields)


def _named(code: str, name: str) -> Choice:
    return Choice(code=code, meaning=Bilingual(vi=name, en=name))
