"""Writes the documents that a dossier sends on the axis. The same event gives the same document, to the last byte."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from lxml import etree

from activities.adapters.edxml import Attachment, Business, Document, DocumentCode, Organ
from activities.ledger.documents import SentDocument
from activities.ledger.vault import Vault
from activities.relays.one_at_a_time import NotNow
from domain.documents.authorities import DocumentAuthority, DocumentRules
from domain.dossier.events import DossierResolved, OpinionAsked
from domain.dossier.state import Dossier
from domain.errors import NotFound
from domain.organisation.organisation import Organisation
from domain.organisation.units import Unit
from domain.record.restores import marked
from domain.record.sealing import RecordedEvent
from domain.rules.rulebook import Rulebook

OURS = "urn:luongxanh:documents:1"
"""The namespace of the files that machines read. The standard has no form for a question, an opinion or a result."""
XML = "application/xml"
QUESTION, RESULT, RECALL = "XYK", "KQ", "TH"
"""The notations of our documents: xin ý kiến, kết quả, thu hồi."""


class Letters:
    """Writes documents from events. `place`: where they are issued. Raises NotNow while a rule is not loaded."""

    def __init__(
        self,
        vault: Vault,
        rules: DocumentRules,
        organisation: Organisation,
        rulebook: Callable[[], Rulebook],
        place: str,
    ) -> None:
        self._vault = vault
        self._rules = rules
        self._organisation = organisation
        self._rulebook = rulebook
        self._place = place

    async def question(
        self, one: RecordedEvent, event: OpinionAsked, dossier: Dossier, authority: DocumentAuthority
    ) -> Document:
        """Asks an authority for its opinion. What the officer wrote is the content; it is in the vault."""
        note = await self._note(event)
        particulars = self._particulars("OpinionRequest", dossier, LegalBasis=event.legal_basis)
        due = min(filter(None, (dossier.deadlines.promised_due, dossier.deadlines.statutory_due)), default=None)
        return self._document(
            one,
            sender=one.actor.unit or dossier.routing.received_by,
            receivers=(authority,),
            notation=QUESTION,
            subject=f"Xin ý kiến về việc giải quyết hồ sơ {one.dossier}",
            content=note or f"Kính đề nghị quý cơ quan cho ý kiến về việc giải quyết hồ sơ {one.dossier}.",
            due=due.date() if due else None,
            attachments=(Attachment(name="yeu-cau.xml", content_type=XML, content=particulars),),
        )

    def result(
        self, one: RecordedEvent, event: DossierResolved, dossier: Dossier, receivers: tuple[DocumentAuthority, ...]
    ) -> Document:
        """Tells authorities the result. One document circulates to all of them."""
        particulars = self._particulars(
            "Result", dossier, Number=event.result_number, DocumentHash=event.document, ResolvedAt=event.at.isoformat()
        )
        return self._document(
            one,
            sender=dossier.routing.competent or dossier.routing.received_by,
            receivers=receivers,
            notation=RESULT,
            subject=f"Kết quả giải quyết hồ sơ {one.dossier}: số {event.result_number}",
            content=f"Gửi quý cơ quan kết quả giải quyết hồ sơ {one.dossier}, số {event.result_number}.",
            attachments=(Attachment(name="ket-qua.xml", content_type=XML, content=particulars),),
        )

    def recall(self, one: RecordedEvent, sent: SentDocument) -> Document:
        """Asks for a question back. A dossier may recall several: each has the version of its question in its code."""
        receivers = tuple(found for found in self._rules.authorities if found.organ in sent.receivers)
        document = self._document(
            one,
            sender=None,
            receivers=receivers,
            notation=f"{RECALL}-{sent.version}",
            subject=f"Lấy lại văn bản xin ý kiến về hồ sơ {one.dossier}",
            content=f"Hồ sơ {one.dossier} đã kết thúc. Đề nghị quý cơ quan cho lấy lại văn bản {sent.id}.",
            organ=Organ(id=sent.sender, name=self._name_of(sent.sender)),
        )
        return document.model_copy(
            update={"business": Business.RECALL, "reason": "Hồ sơ đã kết thúc", "about": sent.id}
        )

    def _document(
        self,
        one: RecordedEvent,
        *,
        sender: str | None,
        receivers: tuple[DocumentAuthority, ...],
        notation: str,
        subject: str,
        content: str,
        due: date | None = None,
        attachments: tuple[Attachment, ...] = (),
        organ: Organ | None = None,
    ) -> Document:
        on = one.at.date()
        author = organ or self._organ(sender or "", on)
        return Document(
            sender=author,
            receivers=tuple(Organ(id=to.organ, name=self._unit(to.unit, on).name) for to in receivers),
            code=DocumentCode(number=marked(f"{one.dossier}.v{one.version}", one.xid, "."), notation=notation),
            place=self._place,
            promulgated_on=on,
            subject=subject,
            content=content,
            signer=author.name,
            position="Cơ quan giải quyết",
            sent_at=one.at.replace(microsecond=0),
            due=due,
            attachments=attachments,
        )

    def _organ(self, unit: str, on: date) -> Organ:
        found = self._unit(unit, on)
        return Organ(id=found.authority_id, name=found.name)

    def _unit(self, code: str, on: date) -> Unit:
        """The unit of that day; if it had been closed by then, the last that had the code. NotFound `unknown_unit`."""
        found = self._organisation.find(code, on) or next(reversed(self._organisation.periods(code)), None)
        return found or self._organisation.unit(code, on)

    def _name_of(self, organ: str) -> str:
        return next((unit.name for unit in self._organisation.units if unit.authority_id == organ), organ)

    async def _note(self, event: OpinionAsked) -> str | None:
        if event.note is None:
            return None
        text = (await self._vault.reveal_all([event.note])).get(event.note, {}).get("text")
        return text if isinstance(text, str) else None

    def _particulars(self, name: str, dossier: Dossier, **facts: str | None) -> bytes:
        try:
            procedure = self._rulebook().procedure(dossier.pins.procedure)
        except NotFound as missing:
            raise NotNow(missing.code) from missing
        root = etree.Element(f"{{{OURS}}}{name}", nsmap={"lx": OURS})
        stated = {"Dossier": dossier.code, "Procedure": procedure.code, "ProcedureName": procedure.name, **facts}
        for field, value in stated.items():
            if value is not None:
                etree.SubElement(root, f"{{{OURS}}}{field}").text = value
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
