"""The edXML envelope of QCVN 102:2016/BTTTT: its values, and how they are written.

The names of the elements, the codes of the businesses and of the stages, and the form of a document's identifier are
the standard's. What `urn:luongxanh:documents:1` names is ours.
"""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import datetime
from enum import IntEnum
from typing import Annotated

from lxml import etree
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from domain.documents.stages import DocumentStage
from domain.rules.document_rules import OrganId
from domain.values import VIETNAM, Day, Instant, Name, Strict, Text

EDXML = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
XLINK = "http://www.w3.org/1999/xlink"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
DAY, TIME = "%Y/%m/%d", "%Y/%m/%d %H:%M:%S"
OFFICIAL_LETTER = 18
"""The standard's type of a document: công văn."""
WRITTEN_AT = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a zip that we write, so that the same document has the same bytes."""


def _of_a_day(document: str) -> str:
    """A status names the day of its document: of an identifier with a 45th of a month none could be told."""
    try:
        datetime.strptime(document.split(",", 2)[1], DAY).replace(tzinfo=VIETNAM)
    except ValueError:
        raise PydanticCustomError("not_a_day", "the identifier of a document has a day of the calendar") from None
    return document


DocumentId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,49},[0-9]{4}/[0-9]{2}/[0-9]{2},[^,\s][^,\r\n]{0,99}$"),
    AfterValidator(_of_a_day),
]
"""`organ,yyyy/MM/dd,number/notation`: who issued the document, when, and its code."""


class Business(IntEnum):
    """What is to be done with a document (BussinessDocType)."""

    NEW = 0
    RECALL = 1
    UPDATE = 2
    REPLACE = 3


class Organ(Strict):
    """An authority on the axis."""

    id: OrganId
    name: Name


class DocumentCode(Strict):
    """The number and the notation of a document, written `12/YK`."""

    number: Annotated[str, StringConstraints(pattern=r"^[^,/\s][^,/\r\n]{0,63}$")]
    notation: Annotated[str, StringConstraints(pattern=r"^[^,\s][^,\r\n]{0,31}$")]

    def __str__(self) -> str:
        return f"{self.number}/{self.notation}"


class ResponseFor(Strict):
    """The document that is answered, or of which a status is told."""

    organ: OrganId
    code: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    promulgated_on: Day
    document: DocumentId


def response_for(document: str) -> ResponseFor:
    """The reference to a document whose identifier is known. ValueError when it is no identifier."""
    organ, day, code = document.split(",", 2)
    on = datetime.strptime(day, DAY).replace(tzinfo=VIETNAM).date()
    return ResponseFor(organ=organ, code=code, promulgated_on=on, document=document)


class Attachment(Strict):
    """One file, unpacked. `name` has no folder."""

    name: Name
    content_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+\-]{1,80}$")]
    content: bytes = Field(repr=False)


class Document(Strict):
    """One document: the message header, its business, and its attachments."""

    sender: Organ
    receivers: Annotated[tuple[Organ, ...], Field(min_length=1, max_length=100)]
    """Several receivers: the document circulates, each gets the same."""
    code: DocumentCode
    place: Name
    promulgated_on: Day
    subject: Name
    content: Text
    signer: Name
    """The name under the document. Where the engine sends, it is the unit's: the officer is an internal code."""
    position: Name
    sent_at: Instant
    due: Day | None = None
    response_for: tuple[ResponseFor, ...] = ()
    business: Business = Business.NEW
    reason: Name = "Văn bản điện tử mới"
    about: DocumentId | None = None
    """The document that is recalled, updated or replaced."""
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=20)] = ()

    @property
    def id(self) -> str:
        """The identifier, which follows from the sender, the day and the code: the same document has the same one."""
        return f"{self.sender.id},{self.promulgated_on:{DAY}},{self.code}"


class StatusMessage(Strict):
    """What an authority says about a document that it received."""

    of: ResponseFor
    sender: Organ
    stage: DocumentStage
    description: Name
    at: Instant


def write_document(document: Document) -> bytes:
    """The envelope without a signature, in UTF-8."""
    root, header = _envelope()
    _message_header(header, document)
    trace = _child(header, "TraceHeaderList", None, id="trace", version="1.0", mustUnderstand="1")
    hop = _child(trace, "TraceHeader")
    _child(hop, "OrganId", document.sender.id)
    _child(hop, "Timestamp", _time(document.sent_at))
    business = _child(trace, "Bussiness")
    _child(business, "BussinessDocType", str(int(document.business)))
    _child(business, "BussinessDocReason", document.reason)
    if document.about is not None:
        _child(business, "DocumentId", document.about)
    _child(business, "Paper", "0")
    _attachments(root, document.attachments)
    return _bytes(root)


def write_status(status: StatusMessage) -> bytes:
    """The envelope of a status without a signature, in UTF-8."""
    root, header = _envelope()
    told = _child(header, "Status")
    _response_for(told, status.of)
    _organ(told, "From", status.sender)
    _child(told, "StatusCode", status.stage.value)
    _child(told, "Description", status.description)
    _child(told, "Timestamp", _time(status.at))
    return _bytes(root)


def _envelope() -> tuple[etree._Element, etree._Element]:
    root = etree.Element(f"{{{EDXML}}}edXML", nsmap={"edXML": EDXML})
    envelope = _child(root, "edXMLEnvelope")
    return root, _child(envelope, "edXMLHeader")


def _message_header(header: etree._Element, document: Document) -> None:
    """The message header, in the order of the standard."""
    message = _child(header, "MessageHeader")
    _organ(message, "From", document.sender)
    for receiver in document.receivers:
        _organ(message, "To", receiver)
    code = _child(message, "Code")
    _child(code, "CodeNumber", document.code.number)
    _child(code, "CodeNotation", document.code.notation)
    issued = _child(message, "PromulgationInfo")
    _child(issued, "Place", document.place)
    _child(issued, "PromulgationDate", f"{document.promulgated_on:{DAY}}")
    kind = _child(message, "DocumentType")
    _child(kind, "Type", str(OFFICIAL_LETTER))
    _child(kind, "TypeName", "Công văn")
    _child(message, "Subject", document.subject)
    _child(message, "Content", document.content)
    signer = _child(message, "SignerInfo")
    _child(signer, "Competence", "")
    _child(signer, "Position", document.position)
    _child(signer, "FullName", document.signer)
    if document.due is not None:
        _child(message, "DueDate", f"{document.due:{DAY}}")
    places = _child(message, "ToPlaces")
    for receiver in document.receivers:
        _child(places, "Place", receiver.name)
    other = _child(message, "OtherInfo")
    _child(other, "Priority", "0")
    _child(other, "PromulgationAmount", "1")
    for answered in document.response_for:
        _response_for(message, answered)
    _child(message, "DocumentId", document.id)


def _attachments(root: etree._Element, attachments: tuple[Attachment, ...]) -> None:
    """The manifest in the body, and beside the envelope each file as a zip in base64."""
    body = _child(root[0], "edXMLBody")
    manifest = _child(body, "edXMLManifest", None, version="1.0")
    encoded = _child(root, "AttachmentEncoded") if attachments else None
    for number, one in enumerate(attachments, 1):
        reference = _child(manifest, "Reference")
        reference.set(f"{{{XLINK}}}href", f"cid:tep-{number}")
        reference.set(f"{{{XLINK}}}type", "simple")
        _child(reference, "AttachmentName", one.name)
        _child(reference, "ContentType", one.content_type)
        _child(reference, "ContentId", f"cid:tep-{number}")
        holder = _child(encoded, "Attachment") if encoded is not None else reference
        _child(holder, "ContentType", one.content_type)
        _child(holder, "ContentId", f"tep-{number}")
        _child(holder, "ContentTransferEncoded", base64.b64encode(zipped(one)).decode())
        _child(holder, "AttachmentName", one.name)


def zipped(*attachments: Attachment) -> bytes:
    """The files in one zip; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in attachments:
            archive.writestr(zipfile.ZipInfo(one.name, WRITTEN_AT), one.content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _organ(parent: etree._Element, name: str, organ: Organ) -> None:
    written = _child(parent, name)
    _child(written, "OrganId", organ.id)
    _child(written, "OrganName", organ.name)


def _response_for(parent: etree._Element, answered: ResponseFor) -> None:
    written = _child(parent, "ResponseFor")
    _child(written, "OrganId", answered.organ)
    _child(written, "Code", answered.code)
    _child(written, "PromulgationDate", f"{answered.promulgated_on:{DAY}}")
    _child(written, "DocumentId", answered.document)


def _child(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{EDXML}}}{name}", attrib=attributes)
    child.text = text
    return child


def _time(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):{TIME}}"


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
