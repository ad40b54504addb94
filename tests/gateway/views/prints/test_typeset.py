"""Tests of the printed forms: what a person wrote stays text, and the same data give the same file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typst

from domain.dossier.context import Rules
from gateway.views.names import Names
from gateway.views.prints.receipt import qr_code, receipt_data
from gateway.views.prints.slip import slip_data
from gateway.views.prints.typeset import TEMPLATES, typeset
from gateway.views.work_course import Course, held, stages
from tests.support.families import a_family
from tests.support.given import Case, accepted, resolved
from tests.support.recorded import recorded
from tests.support.small_province import DIED, RULEBOOK

HOSTILE = '#panic("x") $sum$ *b* _i_ `r` <l> @ref \\ [ ] { } // /* = h1 “Nguyễn” \u202etxt\n#import "a.typ"'
TRACKED = "https://tracuu.ninhbinh.example/?ma=H42.13285-250707-0001"


def receipt(case: Case, **changes: Any) -> dict[str, Any]:
    rules = Rules.pinned(case.dossier.pins, RULEBOOK)
    given = {
        "printed": case.now,
        "applicant": dict.fromkeys(("name", "identity_number", "address", "phone", "email"), HOSTILE),
        "secret": "ABCD-EFGH-IJKL-MNOP",
        "track_at": TRACKED,
        **changes,
    }
    return receipt_data(case.dossier, rules, Names.of_rules(rules, case.now.date()), **given)


def slip(case: Case) -> dict[str, Any]:
    rules = Rules.pinned(case.dossier.pins, RULEBOOK)
    names = Names.of_rules(rules, case.now.date())
    found = stages(recorded(case.events), rules)
    course = Course(tuple(found), tuple(held(found)))
    return slip_data(case.dossier, course, names, seal="b" * 64, printed=case.now)


@pytest.mark.parametrize("name", ["slip", "receipt"])
def test_the_same_data_give_the_same_file(name: str) -> None:
    """Each form compiles without a warning, byte by byte the same each time."""
    case = resolved()
    data = slip(case) if name == "slip" else receipt(case)
    made = typeset(name, data)
    assert made.startswith(b"%PDF-")
    assert typeset(name, data) == made


def test_the_receipt_of_an_interconnected_dossier_lists_its_parts() -> None:
    """One fee and one date, with the parts from which they come; any other dossier has no such table."""
    data = receipt(a_family(DIED).whole)
    assert [(one["limit"], one["fee"]) for one in data["parts"]][1][1] == "20.000 đồng"
    assert data["fee"] == "20.000 đồng"
    assert "Cộng lại là" in data["path"]
    assert typeset("receipt", data).startswith(b"%PDF-")
    assert receipt(accepted())["parts"] == []


def test_what_a_person_wrote_is_text(tmp_path: Path) -> None:
    """A name full of markup is shown letter by letter; marks that change the order of letters become visible."""
    (tmp_path / "echo.typ").write_text(
        "#let data = json(bytes(sys.inputs.data))\n#set page(height: auto)\n#metadata(data.name) <said>\n#data.name",
        encoding="utf-8",
    )
    typeset("echo", {"name": HOSTILE}, tmp_path)
    seen = typst.query(
        tmp_path / "echo.typ", "<said>", field="value", one=True, sys_inputs={"data": '{"name": "#panic()"}'}
    )
    assert seen == '"#panic()"'
    assert typeset("receipt", receipt(accepted())).startswith(b"%PDF-")


def test_what_may_not_be_printed_is_not_there() -> None:
    """Without particulars, secret and address the receipt has dots, and no code to scan."""
    data = receipt(accepted(), applicant=None, secret=None, track_at=None)
    assert (data["applicant"], data["secret"], data["qr"]) == (None, None, None)
    assert typeset("receipt", data).startswith(b"%PDF-")


def test_a_template_with_a_warning_is_refused(tmp_path: Path) -> None:
    """A font that is not there is a warning of typst, and an error here: a form is never printed in other letters."""
    (tmp_path / "odd.typ").write_text('#set text(font: "No Such Font")\nChào', encoding="utf-8")
    with pytest.raises(typst.TypstWarning):
        typeset("odd", {}, tmp_path)


def test_the_code_to_scan_is_one_line() -> None:
    """The QR code is SVG without a line end, because texts of forms are on one line."""
    assert "\n" not in qr_code(TRACKED)
    assert qr_code(TRACKED) == qr_code(TRACKED)
    assert {path.stem for path in TEMPLATES.glob("*.typ")} == {"form", "slip", "receipt"}
