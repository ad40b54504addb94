"""The simulated national population database: SOAP over HTTP. It knows only the people that were added."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from pydantic import StringConstraints

from domain.values import Name, Strict
from tools.simulator.fault_injection import COMMON_MODES, EFFECT_MODES, IN_XML, Call, FaultMode
from tools.simulator.simulated_system import Answer, RawRequest
from tools.simulator.store import Shelf
from tools.simulator.token_protocol import authorised, unauthorised
from tools.simulator.world import World

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
POPULATION = "http://dancuquocgia.bca"
OPERATION = "TraCuuThongTinCongDan"
_FIELDS = ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi", "HoVaTen")


class Citizen(Strict):
    """A person in the database. `birth`: yyyyMMdd, or yyyy when only the year is known."""

    identity_number: Annotated[str, StringConstraints(pattern=r"^([0-9]{12}|[0-9]{9})$")]
    name: Name
    birth: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}([0-9]{4})?$")]


class PopulationSystem:
    """Finds a person by number. The caller compares the particulars."""

    system = "population"
    modes = (COMMON_MODES - EFFECT_MODES) | IN_XML | {FaultMode.UNAUTHORISED}

    def __init__(self, world: World) -> None:
        self._world = world
        self._citizens = Shelf(world.store, "population/citizens", Citizen)

    def enrol(self, citizens: Iterable[Citizen]) -> int:
        """Adds people. Returns how many the database has now."""
        for citizen in citizens:
            self._citizens.put(citizen.identity_number, citizen)
        return len(self._citizens.all())

    def read(self, request: RawRequest) -> Call | Answer:
        """The SOAP call, or an error."""
        if not authorised(self._world, request):
            return unauthorised()
        try:
            root = fromstring(request.body)
        except (ParseError, DefusedXmlException, ValueError):
            return _fault("Client", "Không đọc được XML", 400)
        call = root.find(f"{{{SOAP}}}Body/{{{POPULATION}}}{OPERATION}")
        if call is None or request.path != "/soap":
            return _fault("Client", "Không có thao tác này", 400)
        fields = {name: (call.findtext(f"{{{POPULATION}}}{name}") or "").strip() for name in _FIELDS}
        numbers = (call.findtext(f"{{{POPULATION}}}{name}") for name in ("SoDinhDanh", "SoCMND"))
        fields["number"] = next((number.strip() for number in numbers if number), "")
        return Call(OPERATION, fields["MaYeuCau"], fields, effectful=False)

    def perform(self, call: Call) -> Answer:
        """The person, or the code 404 in an HTTP 200."""
        if not all(call.fields[name] for name in (*_FIELDS, "number")):
            return _answer("03", None)
        citizen = self._citizens.get(call.fields["number"])
        return _answer("00" if citizen else "404", citizen)

    def failing(self, mode: FaultMode) -> Answer:
        """A SOAP fault in an HTTP 200, or a refusal."""
        match mode:
            case FaultMode.REFUSED:
                return _answer("02", None)
            case FaultMode.UNKNOWN_CODE:
                return _answer("4711", None)
            case FaultMode.UNAUTHORISED:
                return unauthorised()
            case _:
                return _fault("Server", "soap fault", 200)

    def records(self, key: str | None) -> dict[str, Any]:
        """The number of people, without their particulars."""
        return {"effects": [], "citizens": len(self._citizens.all())}


def _answer(code: str, citizen: Citizen | None) -> Answer:
    envelope, body = _new_envelope()
    response = SubElement(body, f"{{{POPULATION}}}{OPERATION}Response")
    SubElement(response, f"{{{POPULATION}}}MaLoi").text = code
    if citizen is not None:
        collection = SubElement(response, f"{{{POPULATION}}}CongdanCollection")
        person = SubElement(collection, f"{{{POPULATION}}}CongDan")
        SubElement(person, f"{{{POPULATION}}}SoDinhDanh").text = citizen.identity_number
        SubElement(person, f"{{{POPULATION}}}HoVaTen").text = citizen.name.upper()
        born = SubElement(person, f"{{{POPULATION}}}NgayThangNamSinh")
        form = "Nam" if len(citizen.birth) == 4 else "NgayThangNam"
        SubElement(born, f"{{{POPULATION}}}{form}").text = citizen.birth
    return _xml(envelope, 200)


def _fault(code: str, text: str, status: int) -> Answer:
    envelope, body = _new_envelope()
    fault = SubElement(body, f"{{{SOAP}}}Fault")
    SubElement(fault, "faultcode").text = f"soap:{code}"
    SubElement(fault, "faultstring").text = text
    return _xml(envelope, status)


def _new_envelope() -> tuple[Element, Element]:
    envelope = Element(f"{{{SOAP}}}Envelope")
    return envelope, SubElement(envelope, f"{{{SOAP}}}Body")


def _xml(envelope: Element, status: int) -> Answer:
    return Answer(tostring(envelope, encoding="utf-8", xml_declaration=True), status, "text/xml; charset=utf-8")
