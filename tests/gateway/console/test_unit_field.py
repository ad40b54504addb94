"""Tests that a form with a unit in it, sent as it stands, asks for this unit again."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from gateway.console.overview.asked import unit_meant
from gateway.console.rendering import environment
from gateway.views.names import Names
from tests.support.ninh_binh import TODAY, ninh_binh


def test_the_field_of_a_unit_names_this_unit() -> None:
    """Every unit of the shipped province, also the former ones, whose names others have too; and each that the form
    suggests."""
    province = ninh_binh()
    organisation, unit = province.organisation, Names.of_province(province, TODAY).unit
    context = {"units": organisation.in_force(TODAY), "unit": unit}
    parts: Any = environment("vi").get_template("overview/parts.html").make_module(context)
    for one in organisation.units:
        written = re.search('value="([^"]*)"', str(parts.unit_field("unit", "", one.code, "")))
        assert written is not None
        assert unit(one.code) in unescape(written[1])
        assert unit_meant(organisation, unescape(written[1]), TODAY) == one.code
    suggested = re.findall('<option value="([^"]*)"', str(parts.unit_names()))
    assert [unit_meant(organisation, unescape(text), TODAY) for text in suggested] == [
        one.code for one in organisation.in_force(TODAY)
    ]


def test_a_unit_is_named_by_its_code_or_by_letters_of_its_name() -> None:
    organisation = ninh_binh().organisation
    assert unit_meant(organisation, " UBNDT ", TODAY) == "UBNDT"
    assert unit_meant(organisation, "phuong tay hoa lu", TODAY) == unit_meant(organisation, "Tây Hoa Lư", TODAY)
    assert unit_meant(organisation, "tay hoa lu", TODAY) is not None
