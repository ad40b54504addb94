"""Tests of the adapter of the document axis, against the simulated one on a socket."""

from __future__ import annotations

import base64
import copy
import io
import json
import warnings
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from lxml import etree
from pydantic import TypeAdapter

from activities.adapters.address import SystemAddress
from activities.adapters.documents import Documents
from activities.adapters.edxml import (
    DSIG,
    Business,
    Document,
    Organ,
    StatusMessage,
    write_document,
)
from activities.adapters.edxml_errors import DocumentRefused
from activities.adapters.messages import OutsideCode
from activities.adapters.systems import Outside, open_outside, same_host
from domain.documents.stages import DocumentStage
from domain.messages.documents import DocumentFault
from domain.outside_systems import System
from tests.activities.adapters.given import Steering, fault, hurried
from tests.activities.adapters.letters import OURS, THEIRS
from tests.activities.adapters.letters import letter as asked
from tests.activities.adapters.letters import stage_of as told
from tests.activities.adapters.test_connection import failure, http, talking
from tools.simulator.document_keys import seal_of
from tools.simulator.world import as_file


@pytest.fixture
def axis(outside: Outside) -> Documents:
    assert outside.documents is not None
    return outside.documents


async def received(axis: Documents) -> list[bytes]:
    return [await axis.fetch(one) for one in await axis.waiting()]


def answer(steering: Steering, **order: Any) -> None:
    order = {"to": asked().id, **order}
    reply = steering.client.post(f"{steering.url}/authorities", json=order)
    assert reply.status_code == 200, reply.text


async def test_a_document_goes_out_and_its_answer_comes_back(steering: Steering, axis: Documents) -> None:
    """It is taken once; the receiver's stages and its letter are signed by it and say which document they answer."""
    document = asked()
    first = await axis.send(document)
    assert (await axis.send(document)) == first
    [kept] = steering.inspect("documents")["documents"]
    assert (kept["document"], kept["receivers"], kept["files"]) == (document.id, ["H42.15"], ["ho-so.xml"])
    assert kept["subject"] == document.subject
    answer(steering, stage=DocumentStage.ACCEPTED)
    answer(steering, act="opinion", agrees=False)
    status, letter = [axis.read(body) for body in await received(axis)]
    assert isinstance(status, StatusMessage)
    assert isinstance(letter, Document)
    assert (status.stage, status.of.document, status.sender.id) == (DocumentStage.ACCEPTED, document.id, "H42.15")
    assert [one.document for one in letter.response_for] == [document.id]
    assert [one.name for one in letter.attachments] == ["cong-van.pdf", "y-kien.xml"]
    assert b"<Agrees>false</Agrees>" in letter.attachments[1].content
    for one in await axis.waiting():
        await axis.taken(one.message)
        await axis.taken(one.message)
    assert await axis.waiting() == ()
    assert set(steering.effects("documents").values()) == {1}


async def test_one_document_circulates_and_is_recalled(steering: Steering, axis: Documents) -> None:
    """Several receivers get one document; a recall is a document about it."""
    circulated = asked(receivers=(THEIRS, Organ(id="H42.17", name="Bảo hiểm xã hội")))
    await axis.send(circulated)
    recall = asked("H42.10-250707-0001.v12", business=Business.RECALL, about=circulated.id, attachments=())
    await axis.send(recall)
    first, second = steering.inspect("documents")["documents"]
    assert first["receivers"] == ["H42.15", "H42.17"]
    assert (second["business"], second["about"]) == (1, circulated.id)


@pytest.mark.parametrize(
    "mode", ["timeout", "cut", "down", "garbled", "error_in_200", "no_effect", "duplicate", "slow"]
)
async def test_sent_once_whatever_happens(steering: Steering, outside: Outside, axis: Documents, mode: str) -> None:
    """After any failure the same document is sent again and has one effect; so has a status."""
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "documents": lambda: axis.send(asked()),
        "statuses": lambda: axis.tell(told(asked().id)),
    }
    for service, call in calls.items():
        steering.misbehave("documents", fault(mode, service=service, delay=0.0))
        lost = mode not in ("duplicate", "slow") and (mode, service) != ("no_effect", "statuses")
        if lost:
            with hurried(outside, mode):
                assert (await failure(call())).retryable
        await call()
    effects = steering.effects("documents")
    assert effects[f"sent {asked().id}"] == 1
    assert set(effects.values()) == {1}


@pytest.mark.parametrize("mode", ["timeout", "cut", "down", "garbled", "error_in_200"])
async def test_an_envelope_is_fetched_whole_or_again(
    steering: Steering, outside: Outside, axis: Documents, mode: str
) -> None:
    """A page of a proxy is no envelope that its sender would be told to have sent."""
    await axis.send(asked())
    answer(steering, act="opinion")
    [one] = await axis.waiting()
    steering.misbehave("documents", fault(mode, service="fetch"))
    with hurried(outside, mode):
        assert (await failure(axis.fetch(one))).retryable
    assert isinstance(axis.read(await axis.fetch(one)), Document)


async def test_what_the_axis_refuses(steering: Steering, axis: Documents) -> None:
    """The same identifier with another content is refused for good; the breaker stays closed."""
    await axis.send(asked())
    error = await failure(axis.send(asked(subject="Nội dung khác")))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.REFUSED, "id_used", False)


async def test_without_a_seal_there_is_no_axis(steering: Steering) -> None:
    """An address without a key is a province that is not on the axis; a key of another certificate is a mistake."""
    addresses = same_host(steering.url)
    async with open_outside(addresses) as outside:
        assert outside.documents is None
    access = steering.simulator.world.access
    of_another = {one.system: one.documents for one in access.addresses(steering.url, "H43")}
    broken = [
        one.model_copy(
            update={"documents": one.documents.model_copy(update={"certificate": of_another[one.system].certificate})}
        )
        for one in access.addresses(steering.url, "H42")
    ]
    with pytest.raises(ValueError, match="does not belong"):
        async with open_outside(broken):
            pass


async def test_the_seal_stands_in_the_file_of_addresses(steering: Steering) -> None:
    """The file that a process reads has the key in plain text, like the other secrets; no representation has it."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42")
    read = TypeAdapter(list[SystemAddress]).validate_json(as_file(addresses), strict=True)
    assert "BEGIN PRIVATE" not in repr(addresses)
    async with open_outside(read) as outside:
        assert outside.documents is not None
        assert "BEGIN PRIVATE" not in repr(outside.documents._seal)
        await outside.documents.send(asked())


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"signed": "not"}, DocumentFault.UNSIGNED),
        ({"signed": "strange"}, DocumentFault.SIGNATURE_WRONG),
        ({"signed": "altered"}, DocumentFault.SIGNATURE_WRONG),
        ({"signed": "another"}, DocumentFault.SIGNER_IS_ANOTHER),
    ],
)
async def test_a_wrong_signature_is_refused(
    steering: Steering, axis: Documents, order: dict[str, Any], code: DocumentFault
) -> None:
    """Nothing of a document is believed before its signature; neither is a status."""
    await axis.send(asked())
    for act in ("opinion", "status"):
        answer(steering, act=act, **order)
    for body in await received(axis):
        assert refused(axis, body) == code


async def test_only_what_was_signed_is_read(steering: Steering, axis: Documents) -> None:
    """A well signed letter inside another envelope, beside another header, or with a second certificate is refused."""
    await axis.send(asked())
    answer(steering, act="opinion", agrees=False)
    [body] = await received(axis)
    plain = body[body.index(b"?>") + 2 :]
    header = plain[
        plain.index(b"<edXML:edXMLHeader>") : plain.index(b"</edXML:edXMLHeader>") + len(b"</edXML:edXMLHeader>")
    ]
    wrapped = plain.replace(b"<edXML:edXMLEnvelope>", b"<edXML:edXMLEnvelope>" + plain, 1)
    doubled = plain.replace(header, header.replace(b"false", b"true") + header, 1)
    certificate = plain[plain.index(b"<ds:X509Certificate>") : plain.index(b"</ds:X509Data>")]
    two = plain.replace(certificate, certificate * 2, 1)
    for hostile in (wrapped, doubled, two):
        assert hostile != plain
        assert refused(axis, hostile) == DocumentFault.SIGNATURE_WRONG
    comment = body.replace(b"<edXML:OrganId>H42.15<", b"<edXML:OrganId>H42.15<!-- .1 --><", 1)
    letter = axis.read(comment)
    assert letter.sender.id == "H42.15", "a comment is not signed, and splits no text"


async def test_a_signature_of_which_anything_is_missing_is_wrong(axis: Documents) -> None:
    """Whatever is left out of it, or empty in it: anybody can write that, and it is an envelope like the others."""
    whole = etree.fromstring(seal_of("H42.15").sign(write_document(asked(sender=THEIRS))))
    parts = [str(one.tag) for one in whole.iter() if str(one.tag).startswith(f"{{{DSIG}}}")]
    assert len(parts) > 12
    found = set()
    for number, _ in enumerate(parts):
        for change in (_removed, _emptied):
            root = copy.deepcopy(whole)
            change([one for one in root.iter() if str(one.tag).startswith(f"{{{DSIG}}}")][number])
            found.add(refused(axis, etree.tostring(root)))
    assert found <= {DocumentFault.SIGNATURE_WRONG, DocumentFault.UNSIGNED}


def _removed(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def _emptied(element: etree._Element) -> None:
    element.clear()


@pytest.mark.parametrize("version", [1, 3, 127])
async def test_a_certificate_of_no_version_that_there_is(axis: Documents, version: int) -> None:
    """It is a public file: who has no key can put one beside a letter, with any byte of it changed."""
    whole = seal_of("H42.15").sign(write_document(asked(sender=THEIRS)))
    start, end = whole.index(b"<ds:X509Certificate>") + 20, whole.index(b"</ds:X509Certificate>")
    certificate = bytearray(base64.b64decode(b"".join(whole[start:end].split())))
    place = certificate.index(b"\xa0\x03\x02\x01\x02") + 4
    certificate[place] = version
    hostile = whole[:start] + base64.b64encode(certificate) + whole[end:]
    assert refused(axis, hostile) == DocumentFault.SIGNATURE_WRONG


async def test_a_row_of_the_list_that_cannot_be_read_hides_no_other(steering: Steering, axis: Documents) -> None:
    """The axis lists more than we asked for, and among them what an authority with an impossible name handed in."""
    await axis.send(asked())
    answer(steering, act="opinion", organ="Trục quốc gia", raw="PGE+")
    answer(steering, act="opinion", times=3)
    unknown = axis.connection.unknown_replies
    assert len(await axis.waiting()) == 3
    assert axis.connection.unknown_replies == unknown + 1
    row = {"sender": "H42.15", "digest": "0" * 64}
    rows = [{"message": f"TB{number}", **row} for number in range(1_500)]

    def say(_: bytes) -> bytes:
        return http(json.dumps({"error_code": "00", "messages": rows}))

    async with talking(say) as url, open_outside([_to(one, url) for one in _addresses(steering)]) as other:
        assert other.documents is not None
        assert [one.message for one in await other.documents.waiting()] == [f"TB{number}" for number in range(100)]


def _addresses(steering: Steering) -> list[SystemAddress]:
    return list(steering.simulator.world.access.addresses(steering.url, "H42"))


def _to(address: SystemAddress, url: str) -> SystemAddress:
    return address.model_copy(update={"base_url": url}) if address.system is System.DOCUMENTS else address


BOMB = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (one, *(one - 1,) * 4) for one in range(ord("b"), ord("t"))
)
OUTSIDE = b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">'
PARAMETER = b'<!DOCTYPE l [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (BOMB + b"]><l>&s;</l>", DocumentFault.XML_FORBIDDEN),
        (OUTSIDE + b"]><l>&x;</l>", DocumentFault.XML_FORBIDDEN),
        (PARAMETER + b"]><l/>", DocumentFault.XML_FORBIDDEN),
        (b'<!DOCTYPE l SYSTEM "http://127.0.0.1:9/x"><l/>', DocumentFault.XML_FORBIDDEN),
        (b"<l>" * 100_000, DocumentFault.XML_TOO_DEEP),
        (b"<l>" + b"<a/>" * 6_000 + b"</l>", DocumentFault.XML_TOO_DEEP),
        (b"<l " + b" ".join(b'a%d="x"' % one for one in range(50)) + b"/>", DocumentFault.XML_TOO_DEEP),
        (b"<" + b"l" * 1_000 + b"/>", DocumentFault.XML_TOO_DEEP),
        (b"<l>" + b"x" * 12_000_000 + b"</l>", DocumentFault.TOO_LARGE),
        (b"", DocumentFault.NOT_XML),
        (b"<l>", DocumentFault.NOT_XML),
        (b"\x00\xff\xfe", DocumentFault.NOT_XML),
        ("<?xml version='1.0' encoding='UTF-16'?><l/>".encode("utf-16"), DocumentFault.NOT_XML),
        (b"<?xml version='1.0' encoding='nobody-knows'?><l/>", DocumentFault.NOT_XML),
        (b"%PDF-1.4", DocumentFault.NOT_XML),
        (b"<l/>", DocumentFault.UNSIGNED),
    ],
)
async def test_hostile_xml_is_refused(axis: Documents, body: bytes, code: DocumentFault) -> None:
    """Before anything of it is built in memory, expanded or fetched."""
    assert refused(axis, body) == code


@pytest.mark.parametrize("change", [("Subject", ""), ("DocumentId", "H42.15,2025/07/07,9/TL"), ("CodeNumber", "a,b")])
async def test_a_well_signed_envelope_of_another_shape(axis: Documents, change: tuple[str, str]) -> None:
    """A signature says who wrote it, not that it follows the standard."""
    name, value = change
    letter = asked(sender=THEIRS, receivers=(OURS,))
    whole = write_document(letter).decode()
    before, after = f"<edXML:{name}>", f"</edXML:{name}>"
    start, end = whole.index(before) + len(before), whole.index(after)
    assert refused(axis, seal_of("H42.15").sign((whole[:start] + value + whole[end:]).encode())) == "document_not_edxml"


PDF, ZIP = b"%PDF-1.4\n%%EOF\n", "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def packed(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> str:
    """A zip in base64 with these entries, whose names are written as they are."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as archive:
        warnings.simplefilter("ignore")  # of a name that is there twice
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return base64.b64encode(out.getvalue()).decode()


def linked() -> str:
    """A zip with a link to a file of ours."""
    out = io.BytesIO()
    entry = zipfile.ZipInfo("cong-van.pdf")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return base64.b64encode(out.getvalue()).decode()


def encrypted() -> str:
    """A zip whose entry says that it needs a password."""
    raw = bytearray(base64.b64decode(packed(("a.pdf", PDF))))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + offset] |= 1
    return base64.b64encode(raw).decode()


def lying() -> str:
    """A zip whose directory says that its million bytes are three."""
    raw = bytearray(base64.b64decode(packed(("a.pdf", PDF + b"0" * 30_000_000))))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = raw.index(mark) + offset
        raw[place : place + 4] = (3).to_bytes(4, "little")
    return base64.b64encode(raw).decode()


def pointing_nowhere() -> str:
    """A zip whose directory says that its entry begins at a byte of 2^64."""
    out, entry = io.BytesIO(), zipfile.ZipInfo("a.pdf")
    entry.extra = b"\x01\x00\x08\x00" + b"\xff" * 8
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, PDF)
    raw = bytearray(out.getvalue())
    place = raw.index(b"PK\x01\x02") + 42
    raw[place : place + 4] = b"\xff" * 4
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    ("zipped", "stated", "code"),
    [
        (packed(("../../etc/cron.d/a.pdf", PDF)), None, DocumentFault.ATTACHMENT_NAME_FORBIDDEN),
        (packed(("/etc/a.pdf", PDF)), None, DocumentFault.ATTACHMENT_NAME_FORBIDDEN),
        (packed(("a/../../b.pdf", PDF)), None, DocumentFault.ATTACHMENT_NAME_FORBIDDEN),
        (packed(("..\\a.pdf", PDF)), None, DocumentFault.ATTACHMENT_NAME_FORBIDDEN),
        (packed(("C:a.pdf", PDF)), None, DocumentFault.ATTACHMENT_NAME_FORBIDDEN),
        (packed(("a\u202efdp.exe", PDF)), None, DocumentFault.ATTACHMENT_NAME_FORBIDDEN),
        (packed(("../", b""), ("a.pdf", PDF)), None, DocumentFault.ATTACHMENT_NAME_FORBIDDEN),
        (linked(), None, DocumentFault.ATTACHMENT_NAME_FORBIDDEN),
        (packed(("a.pdf", PDF), ("A.PDF", PDF)), None, DocumentFault.ATTACHMENT_TWICE),
        (packed(("a.pdf", PDF), ("a.pdf", PDF)), None, DocumentFault.ATTACHMENT_TWICE),
        (packed(("a.pdf", PDF + b"0" * 19_000_000)), None, DocumentFault.ATTACHMENT_TOO_LARGE),
        (packed(*((f"{one}.pdf", PDF) for one in range(60))), None, DocumentFault.ATTACHMENT_TOO_LARGE),
        (lying(), None, DocumentFault.ATTACHMENT_NOT_ZIP),
        (encrypted(), None, DocumentFault.ATTACHMENT_ENCRYPTED),
        (packed(("a.pdf", base64.b64decode(packed(("b", b"x"))))), None, DocumentFault.ATTACHMENT_NESTED),
        (packed(("a.zip", base64.b64decode(packed(("b", b"x"))))), ZIP, DocumentFault.ATTACHMENT_NESTED),
        (packed(("a.docx", base64.b64decode(packed(("b", b"x"))))), DOCX, DocumentFault.ATTACHMENT_TYPE_DIFFERS),
        (packed(("a.pdf", b"MZ\x90\x00")), None, DocumentFault.ATTACHMENT_TYPE_DIFFERS),
        (packed(("a.pdf", b"<html><script>")), None, DocumentFault.ATTACHMENT_TYPE_DIFFERS),
        (packed(("a.png", PDF)), "image/png", DocumentFault.ATTACHMENT_TYPE_DIFFERS),
        (packed(("a.exe", b"MZ")), "application/x-msdownload", DocumentFault.ATTACHMENT_TYPE_DIFFERS),
        (packed(("a.xml", b"not xml")), "application/xml", DocumentFault.ATTACHMENT_TYPE_DIFFERS),
        (packed(("a.xml", BOMB + b"]><l>&s;</l>")), "application/xml", DocumentFault.XML_FORBIDDEN),
        (packed(("a.pdf", PDF), method=zipfile.ZIP_LZMA), None, DocumentFault.ATTACHMENT_NOT_ZIP),
        (packed(("a.pdf", PDF + bytes(30_000_000)), method=zipfile.ZIP_BZIP2), None, DocumentFault.ATTACHMENT_NOT_ZIP),
        (pointing_nowhere(), None, DocumentFault.ATTACHMENT_NOT_ZIP),
        (packed(("", PDF)), None, DocumentFault.ATTACHMENT_NOT_ZIP),
        (packed(), None, DocumentFault.ATTACHMENT_NOT_ZIP),
        (base64.b64encode(b"no zip").decode(), None, DocumentFault.ATTACHMENT_NOT_ZIP),
        ("***", None, DocumentFault.ATTACHMENT_NOT_ZIP),
    ],
)
async def test_a_hostile_attachment_is_refused(
    steering: Steering, axis: Documents, zipped: str, stated: str | None, code: DocumentFault
) -> None:
    """Each is well signed by the authority that was asked."""
    await axis.send(asked())
    answer(steering, act="document", packed=zipped, stated=stated)
    [body] = await received(axis)
    assert refused(axis, body) == code


async def test_what_the_manifest_says_is_there(axis: Documents) -> None:
    """A file that the manifest does not list, lists otherwise, or lists in vain."""
    whole = write_document(asked(sender=THEIRS, receivers=(OURS,))).decode()
    start, end = whole.index("<edXML:AttachmentEncoded>"), whole.index("</edXML:AttachmentEncoded>")
    first, last = whole.index("<edXML:Reference "), whole.index("</edXML:Reference>") + len("</edXML:Reference>")
    for changed in (
        whole[:start] + whole[end + len("</edXML:AttachmentEncoded>") :],
        whole[:first] + whole[last:],
        whole.replace("ho-so.xml", "khac.xml", 1),
    ):
        assert refused(axis, seal_of("H42.15").sign(changed.encode())) == DocumentFault.MANIFEST_DIFFERS


def refused(axis: Documents, body: bytes) -> str:
    with pytest.raises(DocumentRefused) as caught:
        axis.read(body)
    return str(caught.value.code)
