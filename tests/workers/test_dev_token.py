"""Tests of `luongxanh dev token` with the issuer of an embedded stack."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from domain.roles import Role
from domain.values import VIETNAM
from gateway.access.principals import ApplicantPrincipal, PersonPrincipal, Principal
from gateway.access.tokens import open_verifier
from tests.support.command_line import CommandLine, run
from tools.local_stack import Stack
from tools.local_stack.components import ISSUER
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.stack import temporary_folder
from workers.policies import issuer_policy
from workers.settings import load_settings

pytestmark = pytest.mark.stack

PERSON = "cb.13285.reception.1"


@pytest.fixture(scope="module")
def luongxanh() -> Iterator[CommandLine]:
    """The command line with a stack of which only the issuer runs."""
    with temporary_folder() as folder, ends_with_this_process(folder):
        stack = Stack(folder, servers=(), processes=(ISSUER,), announce=silently)
        stack.up()
        yield CommandLine(folder)
        stack.reset()
        assert not (folder / "issuer").exists()


def principal(token: str, folder: Path) -> Principal:
    """Who the API of that stack takes the bearer of a token for."""

    async def verified() -> Principal:
        async with open_verifier(issuer_policy(load_settings({}, folder))) as verifier:
            return await verifier.verify(token, datetime.now(VIETNAM))

    return asyncio.run(verified())


def test_only_the_token_is_on_standard_output(luongxanh: CommandLine) -> None:
    """A shell puts the token into a header; the person's post and the end are for people."""
    ran = luongxanh("dev", "token", "--person", PERSON)
    assert (ran.code, ran.out.count("\n")) == (0, 1)
    assert principal(ran.out.strip(), luongxanh.folder) == PersonPrincipal(person=PERSON, carried_by="luongxanh-dev")
    assert "Công chức tiếp nhận và trả kết quả, Phường Phủ Lý (reception 13285)" in ran.err
    assert "Hết hạn lúc" in ran.err
    assert ran.out.strip() not in ran.err


def test_a_token_may_be_for_one_post(luongxanh: CommandLine) -> None:
    """Role and unit are in the token; the answer in JSON has the posts."""
    order = ("--person", PERSON, "--role", "reception", "--unit", "13285", "--minutes", "5")
    answer = luongxanh("dev", "token", *order, "--json").value
    assert (answer["expires_in"], answer["posts"][0]["unit"], answer["absent"]) == (300, "13285", False)
    assert principal(answer["access_token"], luongxanh.folder) == PersonPrincipal(
        person=PERSON, carried_by="luongxanh-dev", role=Role.RECEPTION, unit="13285"
    )


def test_an_applicant_needs_only_a_code(luongxanh: CommandLine) -> None:
    """Any applicant may be tried."""
    token = luongxanh("dev", "token", "--applicant", "nguoi-nop-1").out.strip()
    who = ApplicantPrincipal(applicant="nguoi-nop-1", carried_by="luongxanh-dev")
    assert principal(token, luongxanh.folder) == who


@pytest.mark.parametrize(
    ("order", "exit_code", "code"),
    [
        ((), 2, "sign_in_as_one"),
        (("--person", "cb.13285.reception.9"), 4, "sign_in_unknown_person"),
        (("--person", PERSON, "--role", "signatory"), 2, "sign_in_post_not_held"),
        (("--service", "kiosk"), 4, "sign_in_unknown_service"),
        (("--person", PERSON, "--minutes", "9999"), 2, "invalid_request"),
        (("--person", PERSON, "--role", "king"), 2, "usage"),
    ],
)
def test_who_cannot_be_is_refused_with_help(
    luongxanh: CommandLine, order: tuple[str, ...], exit_code: int, code: str
) -> None:
    """No token is printed; the sentence names who could have been meant."""
    ran = luongxanh("dev", "token", *order, "--json")
    assert (ran.code, ran.error["code"]) == (exit_code, code)
    if code == "sign_in_unknown_person":
        assert PERSON in ran.error["message"]["vi"]


def test_the_keys_of_the_issuer_are_private(luongxanh: CommandLine) -> None:
    """No other account reads the keys or the services' secret."""
    for file in ("issuer/keys.json", "secrets/service-secret"):
        assert stat.S_IMODE((luongxanh.folder / file).stat().st_mode) == 0o600


def test_there_is_no_development_token_in_production(luongxanh: CommandLine) -> None:
    """In production, and where no stack runs, the command says what to do."""
    order = ("dev", "token", "--person", PERSON, "--json")
    ran = luongxanh(*order, LUONGXANH_MODE="production")
    assert (ran.code, ran.error["code"]) == (2, "embedded_only")
    ran = run(*order, environment={"LUONGXANH_STACK": "/nonexistent/stack"})
    assert (ran.code, ran.error["code"]) == (5, "stack_not_running")
    ran = luongxanh(*order, LUONGXANH_ISSUER_URL="http://127.0.0.1:9")
    assert (ran.code, ran.error["code"]) == (5, "no_development_issuer")
