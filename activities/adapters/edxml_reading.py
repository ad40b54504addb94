"""Reads a document of another authority: bounded XML, a signature of the sender, the envelope, and clean attachments.

The order matters: nothing of a document is believed before its signature, and no attachment is unpacked before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from lxml import etree
from pydantic import ValidationError

from activities.adapters.edxml import (
    EDXML,
    TIME,
    Attachment,
    Business,
    Document,
    DocumentCode,
    Organ,
    ResponseFor,
    StatusMessage,
    response_for,
)
from activities.adapters.edxml_attachments import Unpacked
from activities.adapters.edxml_errors import DocumentRefused, refuse
from activities.adapters.edxml_parsing import parse
from activities.adapters.edxml_signature import HEADER, Seal, signs_for
from domain.documents.stages import DocumentStage
from domain.messages.documents import DocumentFault
from domain.values import FROM_OUTSIDE, VIETNAM


def read_envelope(body: bytes, seal: Seal) -> Document | StatusMessage:
    """What an authority sent. Raises DocumentRefused with the code of what is wrong."""
    root, holder = seal.verified(parse(body))
    read = _read(root)
    if not signs_for(holder, read.sender.id):
        raise refuse(DocumentFault.SIGNER_IS_ANOTHER, sender=read.sender.id, signer=holder or "–")
    return read


def _read(root: etree._Element) -> Document | StatusMessage:
    if root.tag != f"{{{EDXML}}}edXML":
        raise refuse(DocumentFault.NOT_EDXML, field="edXML")
    header = _one(root, HEADER)
    try:
        status = header.find(_name("Status"))
        return _document(root, header) if status is None else _status(status)
    except ValidationError as wrong:
        field = ".".join(str(part) for part in wrong.errors()[0]["loc"])
        raise refuse(DocumentFault.NOT_EDXML, field=field or "edXML") from None


def read_kept(body: bytes) -> Document | StatusMessage:
    """A document of ours to keep, whose signature was verified when it was judged. Raises DocumentRefused."""
    return _read(parse(body))


def stated_id(body: bytes) -> str | None:
    """The identifier that a refused document states; None when it states none. Nothing else of it is believed."""
    try:
        found = parse(body).findtext(f"{HEADER}/{_path('MessageHeader', 'DocumentId')}")
        return None if found is None else response_for(found).document
    except (DocumentRefused, ValueError):
        return None


def _document(root: etree._Element, header: etree._Element) -> Document:
    message, business = _one(header, _name("MessageHeader")), _one(header, _path("TraceHeaderList", "Bussiness"))
    hop = _one(header, _path("TraceHeaderList", "TraceHeader"))
    issued = _one(message, _name("PromulgationInfo"))
    due = message.findtext(_name("DueDate"))
    about = business.findtext(_name("DocumentId"))
    document = Document.model_validate(
        {
            "sender": _organ(_one(message, _name("From"))),
            "receivers": tuple(_organ(one) for one in message.findall(_name("To"))),
            "code": DocumentCode.model_validate(
                {
                    "number": _text(message, _path("Code", "CodeNumber")),
                    "notation": _text(message, _path("Code", "CodeNotation")),
                }
            ),
            "place": _text(issued, _name("Place")),
            "promulgated_on": _day(_text(issued, _name("PromulgationDate"))),
            "subject": _text(message, _name("Subject")),
            "content": message.findtext(_name("Content")) or _text(message, _name("Subject")),
            "signer": _text(message, _path("SignerInfo", "FullName")),
            "position": message.findtext(_path("SignerInfo", "Position")) or "–",
            "sent_at": _instant(_text(hop, _name("Timestamp"))),
            "due": _day(due) if due else None,
            "response_for": tuple(_response_for(one) for one in message.findall(_name("ResponseFor"))),
            "business": Business(_number(_text(business, _name("BussinessDocType")))),
            "reason": business.findtext(_name("BussinessDocReason")) or "–",
            "about": about or None,
            "attachments": _attachments(root),
        },
        context=FROM_OUTSIDE,
    )
    stated = message.findtext(_name("DocumentId"))
    if stated != document.id:
        raise refuse(DocumentFault.NOT_EDXML, field="DocumentId")
    return document


def _status(status: etree._Element) -> StatusMessage:
    code = _text(status, _name("StatusCode"))
    if code not in {stage.value for stage in DocumentStage if stage is not DocumentStage.SENT}:
        raise refuse(DocumentFault.NOT_EDXML, field="StatusCode")
    return StatusMessage(
        of=_response_for(_one(status, _name("ResponseFor"))),
        sender=_organ(_one(status, _name("From"))),
        stage=DocumentStage(code),
        description=status.findtext(_name("Description")) or "–",
        at=_instant(_text(status, _name("Timestamp"))),
    )


def _attachments(root: etree._Element) -> tuple[Attachment, ...]:
    """The files, each of which stands in the manifest under the same identifier, name and type."""
    listed = dict(_listed(root))
    unpacked, seen = Unpacked(), set()
    for one in root.findall(_path("AttachmentEncoded", "Attachment")):
        content_id = _text(one, _name("ContentId"))
        name, content_type = _text(one, _name("AttachmentName")), _text(one, _name("ContentType"))
        if content_id in seen:
            raise refuse(DocumentFault.ATTACHMENT_TWICE, name=content_id)
        if listed.get(content_id) != (name, content_type):
            raise refuse(DocumentFault.MANIFEST_DIFFERS, name=name)
        seen.add(content_id)
        unpacked.add(name, content_type, _text(one, _name("ContentTransferEncoded")))
    if missing := set(listed) - seen:
        raise refuse(DocumentFault.MANIFEST_DIFFERS, name=min(missing))
    return unpacked.files


def _listed(root: etree._Element) -> Iterator[tuple[str, tuple[str, str]]]:
    """The identifier of each file in the manifest, with its name and type."""
    known = set()
    for one in root.findall(_path("edXMLEnvelope", "edXMLBody", "edXMLManifest", "Reference")):
        content_id = _text(one, _name("ContentId")).removeprefix("cid:")
        if content_id in known:
            raise refuse(DocumentFault.ATTACHMENT_TWICE, name=content_id)
        known.add(content_id)
        yield content_id, (_text(one, _name("AttachmentName")), _text(one, _name("ContentType")))


def _organ(element: etree._Element) -> Organ:
    return Organ(id=_text(element, _name("OrganId")), name=_text(element, _name("OrganName")))


def _response_for(element: etree._Element) -> ResponseFor:
    return ResponseFor(
        organ=_text(element, _name("OrganId")),
        code=_text(element, _name("Code")),
        promulgated_on=_day(_text(element, _name("PromulgationDate"))),
        document=_text(element, _name("DocumentId")),
    )


def _one(parent: etree._Element, path: str) -> etree._Element:
    found = parent.findall(path)
    if len(found) != 1:
        raise refuse(DocumentFault.NOT_EDXML, field=path.rpartition("}")[2])
    return found[0]


def _text(parent: etree._Element, path: str) -> str:
    element = _one(parent, path)
    text = (element.text or "").strip()
    if not text or len(element):
        raise refuse(DocumentFault.NOT_EDXML, field=path.rpartition("}")[2])
    return text


def _number(text: str) -> int:
    if text not in {str(int(one)) for one in Business}:
        raise refuse(DocumentFault.NOT_EDXML, field="BussinessDocType")
    return int(text)


def _day(text: str) -> date:
    return _instant(f"{text} 00:00:00", "PromulgationDate").date()


def _instant(text: str, field: str = "Timestamp") -> datetime:
    try:
        return datetime.strptime(text, TIME).replace(tzinfo=VIETNAM)
    except ValueError:
        raise refuse(DocumentFault.NOT_EDXML, field=field) from None


def _name(name: str) -> str:
    return f"{{{EDXML}}}{name}"


def _path(*names: str) -> str:
    return "/".join(_name(name) for name in names)
