"""Tests of the adapter of the national population database."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from activities.adapters.messages import OutsideCode
from activities.adapters.population import Verified, VerifiedAs
from activities.adapters.systems import Outside, open_outside, same_host
from tests.activities.adapters.given import CITIZEN, Steering, fault, verify
from tests.activities.adapters.test_connection import failure, http, talking


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, VerifiedAs.MATCHED),
        ({"name": "TRẦN  THỊ ÁNH TUYẾT"}, VerifiedAs.MATCHED),
        ({"name": "Trần Thị Ánh Tuyết"}, VerifiedAs.MATCHED),
        ({"birth_date": None, "birth_year": 1990}, VerifiedAs.MATCHED),
        ({"name": "Trần Thị Anh Tuyết"}, VerifiedAs.NAME_DIFFERS),
        ({"birth_date": date(1990, 2, 1)}, VerifiedAs.BIRTH_DIFFERS),
        ({"birth_date": None, "birth_year": 1991}, VerifiedAs.BIRTH_DIFFERS),
        ({"identity_number": "037090000124"}, VerifiedAs.NOT_FOUND),
        ({"identity_number": "037090000"}, VerifiedAs.NOT_FOUND),
    ],
)
async def test_a_person_is_compared(outside: Outside, changes: dict[str, object], code: VerifiedAs) -> None:
    """Number, name (in any case, spacing and normal form) and birth date must agree; the answer names what differs."""
    assert await outside.population.verify(verify(**changes)) == Verified(match=code is VerifiedAs.MATCHED, code=code)


async def test_a_person_born_in_a_year(steering: Steering, outside: Outside) -> None:
    """When the database has only the year of birth, the year is compared."""
    steering.post("/citizens", [{"identity_number": "037032000001", "name": "Đỗ Văn Cả", "birth": "1932"}])
    asked = {"identity_number": "037032000001", "name": "Đỗ Văn Cả", "birth_date": date(1932, 5, 6)}
    assert (await outside.population.verify(verify(**asked))).match


@pytest.mark.parametrize("name", ["A & B <c>", 'x"]]>', "<!ENTITY>"])
async def test_a_name_is_never_markup(outside: Outside, name: str) -> None:
    """A name that looks like XML is sent and compared as text."""
    assert (await outside.population.verify(verify(name=name))).code is VerifiedAs.NAME_DIFFERS


async def test_a_fault_inside_a_200_is_an_error(steering: Steering, outside: Outside) -> None:
    """A SOAP fault in an HTTP 200 is an error that may be tried again."""
    steering.misbehave("population", fault("error_in_200"))
    error = await failure(outside.population.verify(verify()))
    assert (error.code, error.retryable, error.reason) == (OutsideCode.REFUSED, True, "soap_fault")


async def test_a_refusal_for_good_is_not_tried_again(steering: Steering, outside: Outside) -> None:
    """The same request always gets this code again: a person corrects the particulars."""
    steering.misbehave("population", fault("refused"))
    error = await failure(outside.population.verify(verify()))
    assert (error.code, error.retryable, error.reason) == (OutsideCode.REFUSED, False, "error_02")


@pytest.mark.parametrize(
    "body",
    [
        "<html>",
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
        "<x/>",
        "",
    ],
)
async def test_a_hostile_or_broken_reply_is_no_answer(body: str) -> None:
    """XML with entities, another document, or no XML at all gives outside_bad_reply, and no entity is expanded."""
    async with talking(lambda _: http(body)) as url, open_outside(same_host(url)) as outside:
        error = await failure(outside.population.verify(verify()))
    assert error.code is OutsideCode.BAD_REPLY


async def test_found_without_a_person_is_no_answer() -> None:
    """A success without a person is outside_bad_reply, and not a mismatch of the applicant."""
    body = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://dancuquocgia.bca"><e:Body>'
        "<TraCuuThongTinCongDanResponse><MaLoi>00</MaLoi></TraCuuThongTinCongDanResponse></e:Body></e:Envelope>"
    )
    async with talking(lambda _: http(body)) as url, open_outside(same_host(url)) as outside:
        error = await failure(outside.population.verify(verify()))
    assert (error.code, error.reason) == (OutsideCode.BAD_REPLY, "success_without_citizen")


def found(*people: str) -> str:
    """A success answer with these people."""
    answer = f"<MaLoi>00</MaLoi><CongdanCollection>{''.join(people)}</CongdanCollection>"
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://dancuquocgia.bca"><e:Body>'
        f"<TraCuuThongTinCongDanResponse>{answer}</TraCuuThongTinCongDanResponse></e:Body></e:Envelope>"
    )


def person(number: str = CITIZEN["identity_number"], born: str = "<Nam>1990</Nam>") -> str:
    """A person with the citizen's name."""
    named = f"<SoDinhDanh>{number}</SoDinhDanh><HoVaTen>{CITIZEN['name']}</HoVaTen>"
    return f"<CongDan>{named}<NgayThangNamSinh>{born}</NgayThangNamSinh></CongDan>"


async def test_an_answer_about_another_person_is_no_answer() -> None:
    """An answer with another number is neither a match nor a mismatch, even when name and year agree."""
    async with talking(lambda _: http(found(person("037090999999")))) as url, open_outside(same_host(url)) as outside:
        error = await failure(outside.population.verify(verify()))
    assert (error.code, error.reason) == (OutsideCode.BAD_REPLY, "another_person")


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ((person("037090999999", "<Nam>1950</Nam>"), person()), VerifiedAs.MATCHED),
        ((person(number=""),), VerifiedAs.MATCHED),
        ((person(born=""),), VerifiedAs.BIRTH_DIFFERS),
        ((person(born="<Nam>19900</Nam>"),), VerifiedAs.BIRTH_DIFFERS),
        ((f"<CongDan><HoVaTen>{CITIZEN['name']}</HoVaTen></CongDan>",), VerifiedAs.BIRTH_DIFFERS),
        (("<CongDan/>",), VerifiedAs.NAME_DIFFERS),
    ],
)
async def test_the_person_asked_about_is_compared(people: tuple[str, ...], code: VerifiedAs) -> None:
    """Of several people, the one with the requested number is compared; a missing field does not agree and raises no
    error."""
    async with talking(lambda _: http(found(*people))) as url, open_outside(same_host(url)) as outside:
        assert (await outside.population.verify(verify())).code is code


@pytest.mark.parametrize(
    "changes",
    [
        {"identity_number": "12345"},
        {"birth_date": None},
        {"birth_year": 1990},
        {"name": "Trần\x0bThị"},
        {"name": ""},
    ],
)
def test_a_request_that_cannot_be_sent(changes: dict[str, object]) -> None:
    """A number of a wrong length, no birth or two births, or a control character is no valid request, and the error
    does not repeat it."""
    with pytest.raises(ValidationError) as caught:
        verify(**changes)
    assert "Tuyết" not in str(caught.value)
    assert "12345" not in str(caught.value)


async def test_an_answer_reads_no_file_and_no_address_of_ours(steering: Steering, outside: Outside) -> None:
    """External entities are not followed: the file is in no error, and nobody came for the address."""
    steering.misbehave("population", fault("external_entity"))
    error = await failure(outside.population.verify(verify()))
    assert (error.code, error.reason) == (OutsideCode.BAD_REPLY, "not_xml")
    assert "root:" not in str(error)
    assert steering.client.get(f"{steering.url}/inspect").json()["entities_read"] == 0
    assert (await outside.population.verify(verify())).match
