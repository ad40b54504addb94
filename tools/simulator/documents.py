"""The simulated document axis, with the other authorities on it: they accept, answer, refuse and recall on command.

It checks strictly what it receives, with its own reading of the standard and not with the adapter's.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from io import BytesIO
from typing import Annotated, Any, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from lxml import etree
from pydantic import Field
from signxml.exceptions import SignXMLException
from signxml.verifier import XMLVerifier

from activities.adapters.edxml import (
    DSIG,
    EDXML,
    Attachment,
    Business,
    Document,
    DocumentCode,
    Organ,
    StatusMessage,
    response_for,
    write_document,
    write_status,
)
from domain.documents.stages import DocumentStage
from domain.values import Strict, Value
from tools.simulator.document_keys import STRANGE, TRUSTED, seal_of
from tools.simulator.fault_injection import COMMON_MODES, Call, FaultMode
from tools.simulator.simulated_system import Answer, RawRequest
from tools.simulator.store import Shelf
from tools.simulator.token_protocol import authorised, done, failing, refused, unauthorised
from tools.simulator.world import Effects, World

HEADER = "edXMLEnvelope/edXMLHeader"
_ALWAYS = (
    *("From/OrganId", "From/OrganName", "To/OrganId", "To/OrganName", "Code/CodeNumber", "Code/CodeNotation"),
    *("PromulgationInfo/Place", "PromulgationInfo/PromulgationDate", "DocumentType/Type", "Subject", "Content"),
    *("SignerInfo/FullName", "ToPlaces/Place", "OtherInfo/Priority", "DocumentId"),
)
_IN_ORDER = (
    *("From", "To", "Code", "PromulgationInfo", "DocumentType", "Subject", "Content", "SignerInfo", "DueDate"),
    *("ToPlaces", "OtherInfo", "ResponseFor", "DocumentId"),
)


class Reply(Strict):
    """An order to the other authorities. Each field that is not given is as an honest authority would do it."""

    to: str
    """The document that is answered, or of which the status is told."""
    organ: str | None = None
    """Who answers; by default the first receiver."""
    act: Literal["status", "opinion", "document", "recall"] = "status"
    stage: DocumentStage = DocumentStage.ACCEPTED
    agrees: bool | None = True
    """None: a letter without an opinion that a machine can read."""
    number: str = "1"
    about: str | None = None
    """The document that is recalled."""
    answers: str | None = None
    """Another document than `to` that the letter says it answers; "" for none."""
    times: Annotated[int, Field(ge=1, le=100)] = 1
    """How often the axis delivers it."""
    signed: Literal["well", "strange", "another", "altered", "not"] = "well"
    raw: str | None = None
    """Base64 of the bytes that are delivered instead."""
    packed: str | None = None
    """Base64 of what stands in place of the first attachment's zip."""
    stated: str | None = None
    """Another content type than the first attachment's."""


class _Sent(Value):
    document: str
    message: str
    sender: str
    receivers: tuple[str, ...]
    business: int
    about: str | None
    subject: str
    answers: tuple[str, ...]
    digest: str
    files: tuple[str, ...]


class _Told(Value):
    document: str
    organ: str
    stage: str
    message: str


class _Message(Value):
    message: str
    sender: str
    body: str
    taken: bool = False
    refused: str | None = None


class DocumentsSystem:
    """Serves POST and GET /documents, POST /statuses, GET /messages, GET /messages/{id}, POST /messages/{id}/taken."""

    system = "documents"
    modes = COMMON_MODES

    def __init__(self, world: World) -> None:
        self._world = world
        self._sent = Shelf(world.store, "documents/sent", _Sent)
        self._told = Shelf(world.store, "documents/told", _Told)
        self._messages = Shelf(world.store, "documents/messages", _Message)
        self._effects = Effects(world, "documents")

    def read(self, request: RawRequest) -> Call | Answer:
        """The call, or an error."""
        if not authorised(self._world, request):
            return unauthorised()
        key = request.headers.get("idempotency-key", "")
        match request.method, request.path.split("/")[1:]:
            case "POST", ["documents" | "statuses" as service]:
                return Call(service, key, {"body": request.body})
            case "GET", ["documents"]:
                return Call("look", request.query.get("document", ""), {}, effectful=False)
            case "GET", ["messages"]:
                return Call("waiting", "", {}, effectful=False)
            case "GET", ["messages", message]:
                return Call("fetch", message, {}, effectful=False)
            case "POST", ["messages", message, "taken" | "refused" as service]:
                return Call(service, message, request.json() or {})
            case _:
                return refused("unknown_request", 404)

    def perform(self, call: Call) -> Answer:
        """Carries out the call."""
        match call.service:
            case "documents":
                return self._take(call)
            case "statuses":
                return self._take_status(call)
            case "look":
                found = self._sent.get(call.key)
                return (
                    done(document=found.document, message=found.message) if found else refused("unknown_document", 404)
                )
            case "waiting":
                return done(messages=[_listed(one) for one in self._messages.all() if not one.taken][:100])
            case "fetch":
                kept = self._messages.get(call.key)
                return (
                    Answer(base64.b64decode(kept.body), 200, "application/xml")
                    if kept
                    else refused("unknown_message", 404)
                )
            case "refused":
                return self._refused(call.key, str(call.fields.get("code")))
            case _:
                return self._taken(call.key)

    def failing(self, mode: FaultMode) -> Answer:
        """An error in an HTTP 200, or a refusal."""
        return failing(mode)

    def records(self, key: str | None) -> dict[str, Any]:
        """The effects, the documents, the statuses that were told to others, and what still waits for us."""
        sent = [one.model_dump() for one in self._sent.all() if key in (None, one.document)]
        told = [one.model_dump() for one in self._told.all() if key in (None, one.document)]
        waiting = [one.message for one in self._messages.all() if not one.taken]
        refusals = {one.message: one.refused for one in self._messages.all() if one.refused}
        listed = {"documents": sent, "statuses": told, "waiting": waiting, "refused": refusals}
        return {"effects": self._effects.listed(key), **listed}

    def order(self, order: Reply) -> list[str]:
        """The other authorities do what is ordered. The ids of the messages that now wait for us."""
        body = base64.b64decode(order.raw) if order.raw is not None else self._written(order)
        sender = self._organ(order)
        delivered = []
        for _ in range(order.times):
            message = self._world.name("TB", len(self._messages.all()))
            self._messages.put(message, _Message(message=message, sender=sender, body=base64.b64encode(body).decode()))
            delivered.append(message)
        return delivered

    def _take(self, call: Call) -> Answer:
        read = _checked(call.fields["body"])
        if isinstance(read, str):
            return refused(read, 422)
        document = read[0]
        known = self._sent.get(document.document)
        if known is None:
            known = document.model_copy(update={"message": self._world.name("VB", document.document)})
            self._sent.put(document.document, known)
            self._effects.add("sent", document.document)
        elif known.digest != document.digest:
            return refused("id_used", 409)
        return done(document=known.document, message=known.message)

    def _take_status(self, call: Call) -> Answer:
        read = _checked_status(call.fields["body"])
        if isinstance(read, str):
            return refused(read, 422)
        key = f"{read.document}|{read.organ}|{read.stage}"
        known = self._told.get(key)
        if known is None:
            known = read.model_copy(update={"message": self._world.name("TT", key)})
            self._told.put(key, known)
            self._effects.add("status", key)
        return done(document=known.document, stage=known.stage, message=known.message)

    def _taken(self, message: str) -> Answer:
        kept = self._messages.get(message)
        if kept is None:
            return refused("unknown_message", 404)
        if not kept.taken:
            self._messages.put(message, kept.model_copy(update={"taken": True}))
            self._effects.add("taken", message)
        return done(message=message)

    def _refused(self, message: str, code: str) -> Answer:
        kept = self._messages.get(message)
        if kept is None:
            return refused("unknown_message", 404)
        if kept.refused is None:
            self._messages.put(message, kept.model_copy(update={"refused": code}))
            self._effects.add("refused", message)
        return done(message=message)

    def _organ(self, order: Reply) -> str:
        sent = self._sent.get(order.to)
        return order.organ or (sent.receivers[0] if sent else "H99")

    def _written(self, order: Reply) -> bytes:
        organ, now = self._organ(order), self._world.date.now()
        author = Organ(id=organ, name=f"Cơ quan {organ}")
        if order.act == "status":
            told = StatusMessage(
                of=response_for(order.to), sender=author, stage=order.stage, description="Theo quy trình", at=now
            )
            return _signed(order, organ, write_status(told))
        sender = self._sent.get(order.to)
        receiver = sender.sender if sender else "H42"
        answers = order.to if order.answers is None else order.answers
        document = Document(
            sender=author,
            receivers=(Organ(id=receiver, name=receiver),),
            code=DocumentCode(number=order.number, notation="TL"),
            place="Ninh Bình",
            promulgated_on=now.date(),
            subject="Trả lời",
            content="Kính gửi đơn vị.",
            signer="Trần Văn Bình",
            position="Giám đốc",
            sent_at=now,
            response_for=(response_for(answers),) if answers else (),
            business=Business.RECALL if order.act == "recall" else Business.NEW,
            about=order.about,
            attachments=_files(order),
        )
        return _signed(order, organ, _altered(order, write_document(document)))


def _files(order: Reply) -> tuple[Attachment, ...]:
    pdf = Attachment(name="cong-van.pdf", content_type="application/pdf", content=b"%PDF-1.4\n1 0 obj\n%%EOF\n")
    if order.act != "opinion" or order.agrees is None:
        return (pdf,)
    said = str(order.agrees).lower()
    xml = f'<Opinion xmlns="urn:luongxanh:documents:1"><Agrees>{said}</Agrees></Opinion>'
    return pdf, Attachment(name="y-kien.xml", content_type="application/xml", content=xml.encode())


def _altered(order: Reply, envelope: bytes) -> bytes:
    """The envelope with another zip, or another type, in its first attachment; it is signed afterwards."""
    root: Any = etree.fromstring(envelope)
    if order.packed is not None:
        root.find(f".//{{{EDXML}}}ContentTransferEncoded").text = order.packed
    if order.stated is not None:
        places = (f".//{{{EDXML}}}Reference/{{{EDXML}}}ContentType", f".//{{{EDXML}}}Attachment/{{{EDXML}}}ContentType")
        for place in places:
            root.find(place).text = order.stated
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _signed(order: Reply, organ: str, envelope: bytes) -> bytes:
    match order.signed:
        case "not":
            return envelope
        case "another":
            return seal_of("H98").sign(envelope)
        case "altered":
            return seal_of(organ).sign(envelope).replace(b"<edXML:OrganName>", b"<edXML:OrganName>x", 1)
        case _:
            return seal_of(organ, STRANGE if order.signed == "strange" else TRUSTED).sign(envelope)


def _listed(one: _Message) -> dict[str, str]:
    digest = hashlib.sha256(base64.b64decode(one.body)).hexdigest()
    return {"message": one.message, "sender": one.sender, "digest": digest}


def _checked(body: bytes) -> tuple[_Sent] | str:
    """What a document says, or the code of what is wrong with it."""
    root = _root(body)
    if isinstance(root, str):
        return root
    message, business = (
        root.find(_path(f"{HEADER}/MessageHeader")),
        root.find(_path(f"{HEADER}/TraceHeaderList/Bussiness")),
    )
    if message is None or business is None or any(not message.findtext(_path(one)) for one in _ALWAYS):
        return "invalid_envelope"
    places = [_IN_ORDER.index(one.tag.rpartition("}")[2]) for one in message]
    sender, document = message.findtext(_path("From/OrganId")), message.findtext(_path("DocumentId"))
    code = "/".join(message.findtext(_path(f"Code/{one}")) for one in ("CodeNumber", "CodeNotation"))
    day = message.findtext(_path("PromulgationInfo/PromulgationDate"))
    if places != sorted(places) or document != f"{sender},{day},{code}":
        return "invalid_envelope"
    files = _names(root)
    if files is None:
        return "invalid_attachment"
    fresh: Any = etree.fromstring(body)
    signature = fresh.find(f".//{{{DSIG}}}Signature")
    signature.getparent().remove(signature)
    sent = _Sent(
        document=document,
        message="",
        sender=sender,
        receivers=tuple(one.text for one in message.findall(_path("To/OrganId"))),
        business=int(business.findtext(_path("BussinessDocType"))),
        about=business.findtext(_path("DocumentId")),
        subject=message.findtext(_path("Subject")),
        answers=tuple(one.text for one in message.findall(_path("ResponseFor/DocumentId"))),
        digest=hashlib.sha256(etree.tostring(fresh, method="c14n")).hexdigest(),
        files=files,
    )
    return (sent,)


def _checked_status(body: bytes) -> _Told | str:
    root = _root(body)
    if isinstance(root, str):
        return root
    status = root.find(_path(f"{HEADER}/Status"))
    wanted = ("ResponseFor/DocumentId", "From/OrganId", "StatusCode", "Timestamp")
    values = [status.findtext(_path(one)) if status is not None else None for one in wanted]
    if not all(values) or values[2] not in {one.value for one in DocumentStage if one is not DocumentStage.SENT}:
        return "invalid_status"
    return _Told(document=values[0], organ=values[1], stage=values[2], message="")


def _root(body: bytes) -> Any:
    """The root of a signed envelope, or the code of what is wrong with it."""
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return "invalid_xml"
    if root.tag != f"{{{EDXML}}}edXML":
        return "invalid_envelope"
    written = root.findtext(f".//{{{DSIG}}}X509Certificate")
    if written is None:
        return "unsigned"
    certificate = x509.load_der_x509_certificate(base64.b64decode("".join(written.split())))
    try:
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(seal_of("axis").authorities.encode()))
        XMLVerifier().verify(root, x509_cert=certificate)
    except (SignXMLException, InvalidSignature, ValueError, TypeError):
        return "wrong_signature"
    return root


def _names(root: Any) -> tuple[str, ...] | None:
    """The names of the attached files; None when one is no zip."""
    names: list[str] = []
    for one in root.findall(_path("AttachmentEncoded/Attachment")):
        try:
            with zipfile.ZipFile(BytesIO(base64.b64decode(one.findtext(_path("ContentTransferEncoded"))))) as packed:
                names += packed.namelist()
        except (ValueError, zipfile.BadZipFile):
            return None
    return tuple(names)


def _path(names: str) -> str:
    return "/".join(f"{{{EDXML}}}{name}" for name in names.split("/"))
