"""Tests of routing: a pure, total decision of competence with its reasons."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import NotFound
from domain.organisation.organisation import Organisation
from domain.organisation.routing import Matter, Routing, route
from domain.organisation.units import Mandate
from domain.procedures.procedure import Level, Procedure, TerritoryBasis
from tests.support.ninh_binh import BEFORE, TODAY, ninh_binh
from tests.support.small_organisation import MERGER, a_former_unit, a_unit, an_organisation
from tests.support.small_province import a_procedure

COMMUNE = a_procedure("1.1", None, 0)
ANYWHERE = a_procedure("1.2", None, 0, territory=TerritoryBasis.ANYWHERE)
PROVINCE = a_procedure("1.3", None, 0, level=Level.PROVINCE, specialised_authority="OFFICE", territory="parcel")
HERE_ONLY = a_procedure("1.4", None, 0, receive_anywhere=False)
UNNAMED = a_procedure("1.5", None, 0, level=Level.PROVINCE)
SMALL = an_organisation()


def routed(
    procedure: Procedure,
    matter: Matter,
    received_by: str = "N",
    organisation: Organisation = SMALL,
    on: date = MERGER,
    received_on: date | None = None,
) -> Routing:
    """The routing of the matter."""
    return route(procedure, matter, received_by, organisation, on, received_on=received_on)


def codes(routing: Routing) -> list[str]:
    """The codes of the reasons, in order."""
    return [reason.code for reason in routing.reasons]


def test_the_territory_decides_at_commune_level() -> None:
    """A commune procedure goes to the commune of residence, wherever it was received."""
    there = routed(COMMUNE, Matter(territory="M"), received_by="N")
    assert (there.competent, there.queue, there.crossing) == ("M", None, True)
    assert codes(there) == ["commune_level", "residence_in", "received_elsewhere"]
    here = routed(COMMUNE, Matter(territory="N"), received_by="N")
    assert (here.competent, here.crossing) == ("N", False)


def test_the_specialised_authority_decides_at_provincial_level() -> None:
    """A provincial procedure goes to its authority, and received by the usual centre it crosses no boundary."""
    for received_by, crossing in (("CENTRE", False), ("OFFICE", False), ("M", False), ("N", True)):
        routing = routed(PROVINCE, Matter(territory="M"), received_by)
        assert (routing.competent, routing.territory, routing.crossing) == ("OFFICE", "M", crossing)


def test_some_procedures_are_bound_to_no_territory() -> None:
    """A procedure without a territory is resolved by the commune that receives it; the centre sends it to the stated
    territory."""
    assert routed(ANYWHERE, Matter(), "N").competent == "N"
    assert routed(ANYWHERE, Matter(territory="M"), "CENTRE").competent == "M"
    assert routed(ANYWHERE, Matter(), "CENTRE").queue == "CENTRE"


def test_a_former_whole_unit_leads_to_its_successor_with_the_reason() -> None:
    """An old code goes to the successor, with the reason."""
    routing = routed(COMMUNE, Matter(territory="A"))
    assert routing.competent == "N"
    assert codes(routing) == ["commune_level", "succeeded_whole", "residence_in"]
    assert "Xã An Hòa" in routing.reasons[1].text.vi
    assert "01/07/2025" in routing.reasons[1].text.en


def test_a_divided_unit_goes_to_coordination_and_never_to_a_default() -> None:
    """A divided unit without a deciding address goes to the provincial centre's coordination queue."""
    routing = routed(COMMUNE, Matter(territory="C"))
    assert (routing.competent, routing.queue, routing.territory) == (None, "CENTRE", None)
    assert codes(routing) == ["commune_level", "divided_unit", "to_coordination"]
    vague = routed(COMMUNE, Matter(territory="C", address="thôn Tây, xã Châu Sơn, Phủ Lý, Hà Nam"))
    assert vague.queue == "CENTRE"


def test_an_address_decides_a_divided_unit() -> None:
    """An address in a known part decides a divided unit."""
    routing = routed(COMMUNE, Matter(territory="C", address="thôn Đông, xã Châu Sơn, Phủ Lý, Hà Nam"))
    assert routing.competent == "M"
    assert "succeeded_by_address" in codes(routing)


def test_an_address_alone_is_enough() -> None:
    """An address alone goes to the successor of a whole unit, or to coordination for a divided one."""
    procedure = ninh_binh().published("1.001193", TODAY).procedure
    divided = Matter(address="xã Tiên Ngoại, Duy Tiên, Hà Nam")
    assert route(procedure, divided, "13366", ninh_binh().organisation, TODAY).queue == "TTPVHCC"
    whole = Matter(address="Phường Lam Hạ, Phủ Lý, Hà Nam")
    assert route(procedure, whole, "13285", ninh_binh().organisation, TODAY).competent == "13366"


@pytest.mark.parametrize(
    ("matter", "reason"),
    [
        (Matter(), "territory_missing"),
        (Matter(address="đâu đó"), "address_unknown"),
        (Matter(territory="OFFICE"), "territory_not_commune"),
    ],
)
def test_what_is_not_known_goes_to_coordination(matter: Matter, reason: str) -> None:
    """No territory, an unknown address or a territory that is no commune goes to coordination, with the reason."""
    routing = routed(COMMUNE, matter)
    assert routing.queue == "CENTRE"
    assert reason in codes(routing)


def test_a_code_that_was_used_before_means_the_unit_of_its_day() -> None:
    """A code means the unit of its day: 13285 was ward Quang Trung in June 2025, and is ward Phủ Lý today."""
    procedure = ninh_binh().published("1.001193", TODAY).procedure
    organisation = ninh_binh().organisation
    today = route(procedure, Matter(territory="13285"), "13366", organisation, TODAY)
    june = route(procedure, Matter(territory="13285", territory_as_of=BEFORE), "13366", organisation, TODAY)
    assert (today.competent, june.competent, june.queue) == ("13285", None, "TTPVHCC")


def test_a_closed_receiver_stands_for_its_heirs() -> None:
    """A dossier that a closed unit received counts as received by its successor."""
    assert routed(COMMUNE, Matter(territory="N"), received_by="A").crossing is False
    assert routed(ANYWHERE, Matter(), received_by="A").competent == "N"


def test_a_divided_receiver_is_no_default_either() -> None:
    """A procedure without a territory, received by a unit that was divided since, goes to coordination."""
    assert routed(ANYWHERE, Matter(), received_by="C").queue == "CENTRE"
    reused = an_organisation(a_former_unit("C", "N", "M"), a_unit("C", authority_id="H42.C.new"))
    assert routed(ANYWHERE, Matter(), "C", reused).competent == "C"
    assert routed(ANYWHERE, Matter(), "C", reused, received_on=date(2025, 6, 30)).queue == "CENTRE"


def test_a_mandate_moves_the_competence_one_step() -> None:
    """A delegated competence moves to the receiver by its decision; a commune's follows the territory."""
    given_ = {"giver": "OFFICE", "procedures": ("1.3",), "source": "9/QĐ-UBND", "valid_from": MERGER}
    to_commune = an_organisation(mandates=(Mandate.model_validate({"code": "m", "receiver": None, **given_}),))
    routing = routed(PROVINCE, Matter(territory="M"), organisation=to_commune)
    assert (routing.competent, "9/QĐ-UBND" in routing.reasons[-2].text.vi) == ("M", True)
    assert routed(PROVINCE, Matter(), organisation=to_commune).queue == "CENTRE"
    to_centre = an_organisation(mandates=(Mandate.model_validate({"code": "m", "receiver": "CENTRE", **given_}),))
    assert routed(PROVINCE, Matter(), organisation=to_centre).competent == "CENTRE"
    assert routed(PROVINCE, Matter(), organisation=to_centre, received_by="M", on=date(2025, 7, 2)).crossing is True


def test_a_procedure_may_be_received_only_where_it_is_resolved() -> None:
    """When a procedure must be received where it is resolved, the routing reports another receiver."""
    assert routed(HERE_ONLY, Matter(territory="M"), "M").receivable
    elsewhere = routed(HERE_ONLY, Matter(territory="M"), "N")
    assert not elsewhere.receivable
    assert codes(elsewhere)[-1] == "must_be_received_there"


def test_an_authority_that_closed_is_followed_by_its_heir() -> None:
    """A closed specialised authority is replaced by its successor; without one the coordinator decides."""
    closed = a_former_unit("OLD", "OFFICE", level="department", name="Sở Giao thông vận tải")
    organisation = an_organisation(closed)
    procedure = a_procedure("1.6", None, 0, level=Level.PROVINCE, specialised_authority="OLD")
    assert routed(procedure, Matter(), organisation=organisation).competent == "OFFICE"
    assert "authority_not_in_force" in codes(routed(UNNAMED, Matter()))


def test_a_receiver_that_never_existed_is_an_error() -> None:
    """An unknown receiving unit is an error."""
    with pytest.raises(NotFound, match="unknown_unit"):
        routed(COMMUNE, Matter(territory="N"), received_by="NOBODY")
    with pytest.raises(NotFound, match="unknown_unit"):
        routed(COMMUNE, Matter(territory="NOBODY"))


def test_routing_is_total() -> None:
    """Every procedure and every unit, before and after the merger, gives one competent unit or a queue."""
    organisation, procedures = ninh_binh().organisation, [p.procedure for p in ninh_binh().procedures]
    for day in (BEFORE, TODAY):
        receivers = [unit.code for unit in organisation.in_force(day)]
        for number, unit in enumerate(unit for unit in organisation.units if unit.valid_from <= day):
            matter = Matter(territory=unit.code, territory_as_of=unit.valid_from)
            for offset, procedure in enumerate(procedures):
                received_by = receivers[(7 * number + offset) % len(receivers)]
                routing = route(procedure, matter, received_by, organisation, day)
                assert (routing.competent is None) != (routing.queue is None)
                assert organisation.unit(routing.competent or routing.queue or "", day)
                assert routing.reasons


@settings(max_examples=300, deadline=None)
@given(
    procedure=st.sampled_from([COMMUNE, ANYWHERE, PROVINCE, HERE_ONLY, UNNAMED]),
    territory=st.sampled_from([None, "A", "B", "C", "O", "N", "M", "OFFICE", "CENTRE"]),
    address=st.none()
    | st.sampled_from(["thôn Đông, xã Châu Sơn", "xã An Hòa", "Phủ Lý"])
    | st.text(min_size=1, max_size=40),
    received_by=st.sampled_from(["N", "M", "A", "C", "CENTRE", "OFFICE", "COMMITTEE"]),
)
def test_a_queue_exactly_where_nobody_is_competent(
    procedure: Procedure, territory: str | None, address: str | None, received_by: str
) -> None:
    """A routing is either competent or queued, and the same question gives the same answer."""
    try:
        matter = Matter(territory=territory, address=address)
    except ValueError:  # the text was blank, which is no matter
        return
    routing = routed(procedure, matter, received_by)
    assert (routing.competent is None) == (routing.queue == "CENTRE")
    assert routing == routed(procedure, matter, received_by)
    if routing.queue:
        assert not routing.crossing
