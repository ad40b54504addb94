"""The national population database: SOAP `TraCuuThongTinCongDan`. The result holds no personal data.

Names and birth dates are written as other one-stop systems send them.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from activities.adapters.http import Connection, Outgoing, Reply
from activities.adapters.messages import OutsideCode
from activities.adapters.response_parsing import NOBODY_ANSWERED
from domain.privacy.personal_numbers import IdentityNumber
from domain.values import Code, Name, Strict, Value, normalised

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
POPULATION = "http://dancuquocgia.bca"
OPERATION = "TraCuuThongTinCongDan"
MOST_MARKS = 10_000
"""The most tags in an answer, opening and closing. An answer has about sixty; a million cost a second and 80 MB."""


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("invalid_text: holds a control character, which XML cannot carry")
    return text


class Verify(Strict):
    """Asks whether such a person exists. Either the birth date is given, or only the year if no more is known."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    key: Code
    identity_number: IdentityNumber = Field(repr=False)
    name: Annotated[Name, AfterValidator(_printable)] = Field(repr=False)
    birth_date: date | None = Field(default=None, repr=False)
    birth_year: Annotated[int, Field(ge=1850, le=2200)] | None = Field(default=None, repr=False)
    officer: Code
    """MaCanBo: the internal identifier of the officer who asks."""
    unit: Code
    """MaDonVi: the unit for which the officer asks."""

    @model_validator(mode="after")
    def _born_once(self) -> Self:
        if (self.birth_date is None) == (self.birth_year is None):
            raise ValueError("birth: give either birth_date or birth_year")
        return self


class VerifiedAs(StrEnum):
    """The result of the comparison with the database."""

    MATCHED = "matched"
    NAME_DIFFERS = "name_differs"
    BIRTH_DIFFERS = "birth_differs"
    NOT_FOUND = "not_found"


class Verified(Value):
    """The answer, without any name, number or date."""

    match: bool
    code: VerifiedAs


class PopulationTerms(Strict):
    """The codes of our agreement with the sharing platform, and its codes for a person who is not found."""

    service_code: Code = "VPCP"
    integration_code: Code = "037"
    not_found: frozenset[str] = frozenset({"404"})


class Population:
    """The population database's adapter."""

    def __init__(self, connection: Connection, terms: PopulationTerms | None = None) -> None:
        self._connection = connection
        self._terms = terms or PopulationTerms()

    async def verify(self, request: Verify) -> Verified:
        """Compares a person's particulars with the database."""
        outgoing = Outgoing(
            OPERATION,
            "/soap",
            _envelope(request, self._terms),
            content_type="text/xml; charset=utf-8",
            headers={"SOAPAction": '""', "Idempotency-Key": request.key},
        )
        return await self._connection.exchange(outgoing, lambda reply: self._read(request, reply))

    def _read(self, request: Verify, reply: Reply) -> Verified:
        if reply.status in NOBODY_ANSWERED:
            raise self._connection.error(OutsideCode.UNAVAILABLE, OPERATION, reason=f"http_{reply.status}")
        if reply.status >= 400:
            raise self._connection.error(OutsideCode.BAD_REPLY, OPERATION, reason=f"http_{reply.status}")
        try:
            if reply.body.count(b"<") > MOST_MARKS:
                raise ValueError("too many elements")
            root = fromstring(reply.body)
        except (ParseError, DefusedXmlException, ValueError, LookupError):  # LookupError: an unknown encoding
            raise self._connection.error(OutsideCode.BAD_REPLY, OPERATION, reason="not_xml") from None
        fault = root.find(f".//{{{SOAP}}}Fault")
        if fault is not None:  # a SOAP fault may be retried
            raise self._connection.error(OutsideCode.REFUSED, OPERATION, reason="soap_fault")
        return self._judged(request, root)

    def _judged(self, request: Verify, root: Any) -> Verified:
        response = root.find(f".//{{{POPULATION}}}{OPERATION}Response")
        if response is None:
            raise self._connection.error(OutsideCode.BAD_REPLY, OPERATION, reason="no_response_element")
        code = _text(response, "MaLoi")
        if code in self._terms.not_found:
            return Verified(match=False, code=VerifiedAs.NOT_FOUND)
        if code not in ("", "00", "0"):
            raise self._connection.classified(OPERATION, code, named=f"error_{code}")
        citizens = response.findall(f"{{{POPULATION}}}CongdanCollection/{{{POPULATION}}}CongDan")
        if not citizens:
            raise self._connection.error(OutsideCode.BAD_REPLY, OPERATION, reason="success_without_citizen")
        citizen = next((one for one in citizens if _has_the_number(request, one)), None)
        if citizen is None:
            raise self._connection.error(OutsideCode.BAD_REPLY, OPERATION, reason="another_person")
        compared = _compared(request, citizen)
        return Verified(match=compared is VerifiedAs.MATCHED, code=compared)


def _envelope(request: Verify, terms: PopulationTerms) -> bytes:
    envelope = Element(f"{{{SOAP}}}Envelope")
    SubElement(envelope, f"{{{SOAP}}}Header")
    call = SubElement(SubElement(envelope, f"{{{SOAP}}}Body"), f"{{{POPULATION}}}{OPERATION}")
    for name, text in (
        ("MaYeuCau", request.key),
        ("MaDVC", terms.service_code),
        ("MaTichHop", terms.integration_code),
        ("MaCanBo", request.officer),
        ("MaDonVi", request.unit),
        (_number_element(request), request.identity_number),
        ("HoVaTen", request.name),
    ):
        SubElement(call, f"{{{POPULATION}}}{name}").text = text
    born = SubElement(call, f"{{{POPULATION}}}NgayThangNamSinh")
    form = "Nam" if request.birth_date is None else "NgayThangNam"
    SubElement(born, f"{{{POPULATION}}}{form}").text = _birth(request)
    return bytes(tostring(envelope, encoding="utf-8", xml_declaration=True))


def _birth(request: Verify) -> str:
    return f"{request.birth_date:%Y%m%d}" if request.birth_date else f"{request.birth_year:04d}"


def _number_element(request: Verify) -> str:
    return "SoDinhDanh" if len(request.identity_number) == 12 else "SoCMND"


def _has_the_number(request: Verify, citizen: Any) -> bool:
    """True when the citizen has the number of the request, or the answer has no number.

    Another citizen may have the same name and birth year.
    """
    return _text(citizen, _number_element(request)) in ("", request.identity_number)


def _compared(request: Verify, citizen: Any) -> VerifiedAs:
    if _plain(_text(citizen, "HoVaTen")) != _plain(request.name):
        return VerifiedAs.NAME_DIFFERS
    born = citizen.find(f"{{{POPULATION}}}NgayThangNamSinh")
    known = "" if born is None else "".join(born.itertext()).strip()
    asked = _birth(request)
    shorter = min(len(known), len(asked))  # a year alone on either side is compared as a year
    same = shorter in (4, 8) and known[:shorter] == asked[:shorter]
    return VerifiedAs.MATCHED if same else VerifiedAs.BIRTH_DIFFERS


def _plain(name: str) -> str:
    """The name for comparison: single spaces, composed letters, without upper and lower case."""
    return normalised(" ".join(name.split())).casefold()


def _text(element: Any, name: str) -> str:
    return (element.findtext(f"{{{POPULATION}}}{name}") or "").strip()
