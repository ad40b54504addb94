"""Tests of settings: from the environment first, then from the running stack, with errors that name the variable."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gateway.access.issuer_policy import ClaimNames, IssuerPolicy
from gateway.api.payment_rechecks import RecheckPauses
from tests.support.vietnamese import foreign
from workers.api import pauses_of
from workers.checkout import CHECKOUT
from workers.errors import SettingsError
from workers.outside_addresses import outside_addresses
from workers.policies import issuer_policy
from workers.setting_values import entrusted_endpoints
from workers.settings import load_settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A stack's folder with its settings."""
    left = {
        "database_url": "postgresql://app@here/x",
        "database_admin_url": "postgresql://owner@here/x",
        "temporal_address": "127.0.0.1:7",
        "outside_file": "/stack/run/outside.json",
        "callback_url": "http://127.0.0.1:10/v1/payments/callback",
    }
    (tmp_path / "settings.json").write_text(json.dumps(left), encoding="utf-8")
    return tmp_path


def test_a_running_stack_needs_no_environment(folder: Path) -> None:
    """Every address of a running stack is found, and callbacks go to the API."""
    settings = load_settings({}, folder)
    assert settings.database_url == "postgresql://app@here/x"
    assert settings.database_admin_url == "postgresql://owner@here/x"
    assert settings.temporal_address == "127.0.0.1:7"
    assert settings.outside_file == "/stack/run/outside.json"
    assert settings.callback_url == "http://127.0.0.1:10/v1/payments/callback"
    assert settings.province_folder == CHECKOUT / "deploy" / "ninh-binh"


def test_the_environment_wins(folder: Path) -> None:
    """The environment replaces the stack's settings, and an empty variable counts as not set."""
    settings = load_settings(
        {
            "LUONGXANH_STACK": str(folder),
            "LUONGXANH_TEMPORAL_ADDRESS": "temporal.example:7233",
            "LUONGXANH_CALLBACK_URL": "https://one-stop.example/paid",
            "LUONGXANH_DATABASE_URL": "",
            "LUONGXANH_PROVINCE": "/etc/province",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
        }
    )
    assert settings.temporal_address == "temporal.example:7233"
    assert settings.callback_url == "https://one-stop.example/paid"
    assert settings.database_url == "postgresql://app@here/x"
    assert settings.province_folder == Path("/etc/province")
    assert settings.otlp_endpoint == "http://127.0.0.1:4318"


def test_an_address_that_is_needed_and_unknown_says_how_to_get_it(tmp_path: Path) -> None:
    """Without a stack and a variable the error names both remedies."""
    settings = load_settings({}, tmp_path)
    assert settings.database_url is None
    with pytest.raises(SettingsError, match="stack_not_running") as problem:
        settings.need("database_url")
    assert "LUONGXANH_DATABASE_URL" in problem.value.message.vi
    assert "make up" in problem.value.message.vi


def test_every_wrong_variable_is_named_at_once(tmp_path: Path) -> None:
    """Every wrong setting is named by its variable."""
    with pytest.raises(SettingsError, match="setting_invalid") as problem:
        load_settings({"LUONGXANH_LOG_LEVEL": "chatty", "LUONGXANH_LOCALE": "x", "LUONGXANH_NAMESPACE": "n"}, tmp_path)
    assert "LUONGXANH_LOG_LEVEL" in problem.value.message.vi
    assert "LUONGXANH_NAMESPACE" not in problem.value.message.vi


def test_the_pauses_between_questions_grow(tmp_path: Path) -> None:
    """A longest pause below the first one, or a total below the longest pause, is refused."""
    asked = {"LUONGXANH_PAYMENT_ASKED_AFTER": "5", "LUONGXANH_PAYMENT_ASKED_AT_LEAST_EVERY": "60"}
    assert pauses_of(load_settings(asked, tmp_path)) == RecheckPauses(first=5, longest=60, altogether=7_200)
    assert pauses_of(load_settings({}, tmp_path)) == RecheckPauses()
    for wrong in (
        {"LUONGXANH_PAYMENT_ASKED_AT_LEAST_EVERY": "1"},
        {"LUONGXANH_PAYMENT_ASKED_FOR": "299"},
        {"LUONGXANH_PAYMENT_ASKED_AFTER": "0"},
        {"LUONGXANH_PAYMENT_ASKED_AFTER": "soon"},
    ):
        with pytest.raises(SettingsError, match="setting_invalid") as problem:
            load_settings(wrong, tmp_path)
        assert next(iter(wrong)) in problem.value.message.vi


def test_the_issuer_is_what_the_settings_say(tmp_path: Path) -> None:
    """Every setting about the issuer reaches the verifier; lists are separated by commas."""
    given = {
        "LUONGXANH_ISSUER_URL": "https://dang-nhap.example/realms/tinh",
        "LUONGXANH_ISSUER_AUDIENCE": "luongxanh-api",
        "LUONGXANH_ISSUER_KEYS_URL": "https://khoa.example/keys",
        "LUONGXANH_ISSUER_ALGORITHMS": "ES256, RS256",
        "LUONGXANH_ISSUER_SKEW_SECONDS": "5",
        "LUONGXANH_ISSUER_LONGEST_LIFE_SECONDS": "600",
        "LUONGXANH_ISSUER_CACHE_SECONDS": "60",
        "LUONGXANH_ISSUER_KEPT_SECONDS": "120",
        "LUONGXANH_ISSUER_KIND_CLAIM": "loai",
        "LUONGXANH_ISSUER_IDENTIFIER_CLAIM": "ma",
        "LUONGXANH_ISSUER_CLIENT_CLAIMS": "ung_dung, azp",
        "LUONGXANH_ISSUER_ROLE_CLAIM": "vai_tro",
        "LUONGXANH_ISSUER_UNIT_CLAIM": "don_vi",
    }
    assert issuer_policy(load_settings(given, tmp_path)) == IssuerPolicy(
        issuer="https://dang-nhap.example/realms/tinh",
        audience="luongxanh-api",
        keys_url="https://khoa.example/keys",
        algorithms=("RS256", "ES256"),
        skew_seconds=5,
        longest_life_seconds=600,
        cache_seconds=60,
        kept_seconds=120,
        claims=ClaimNames(kind="loai", identifier="ma", client=("ung_dung", "azp"), role="vai_tro", unit="don_vi"),
    )
    first_two = dict(list(given.items())[:2])
    usual = issuer_policy(load_settings(first_two, tmp_path))
    assert usual == IssuerPolicy(issuer=given["LUONGXANH_ISSUER_URL"], audience="luongxanh-api")


def test_endpoints_are_entrusted_to_services(tmp_path: Path) -> None:
    """Each endpoint names one service; without the setting no endpoint is entrusted to anybody."""
    given = load_settings({"LUONGXANH_NEXUS_ENDPOINTS": "ho-tich = kiosk, thue=thue.tinh"}, tmp_path)
    assert entrusted_endpoints(given.nexus_endpoints) == {"ho-tich": "kiosk", "thue": "thue.tinh"}
    assert entrusted_endpoints(load_settings({}, tmp_path).nexus_endpoints) == {}


def test_the_stack_folder_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative folder is made absolute, for processes with another working folder."""
    monkeypatch.chdir(tmp_path)
    assert load_settings({"LUONGXANH_STACK": "here"}).stack_folder == tmp_path / "here"


WRONG = {
    "LUONGXANH_DATABASE_URL": ("nonsense", "postgresql://h:99999/x", "postgresql://h:0/x", "mysql://h/x", "http://["),
    "LUONGXANH_DATABASE_ADMIN_URL": ("nonsense",),
    "LUONGXANH_TEMPORAL_ADDRESS": ("nonsense", "h:99999", "h:0", "h:-1", "http://h:7233", ":7233", "h:", "h h:7233"),
    "LUONGXANH_CALLBACK_URL": (
        "nonsense",
        "http://",
        "http://h:99999",
        "http://h:0",
        "http://h:x",
        "ftp://h/x",
        "http://[",
        "http://a b",
        "//h/x",
    ),
    "LUONGXANH_ISSUER_URL": (
        "nonsense",
        "http://dang-nhap.example",
        "https://u:p@dang-nhap.example",
        "https://dang-nhap.example/?a=1",
        "https://h:99999",
    ),
    "LUONGXANH_ISSUER_KEYS_URL": ("http://dang-nhap.example/keys",),
    "LUONGXANH_ISSUER_AUDIENCE": ("\n", "x" * 5_000),
    "LUONGXANH_ISSUER_ALGORITHMS": ("HS256", "none", "RS256,none", ",", "rs256"),
    "LUONGXANH_ISSUER_SKEW_SECONDS": ("-1", "301"),
    "LUONGXANH_ISSUER_KEPT_SECONDS": ("0", "599"),
    "LUONGXANH_ISSUER_LONGEST_LIFE_SECONDS": ("1",),
    "LUONGXANH_ISSUER_KIND_CLAIM": ("\t",),
    "LUONGXANH_ISSUER_CLIENT_CLAIMS": (",",),
    "OTEL_EXPORTER_OTLP_ENDPOINT": ("nonsense", "http://h:65536"),
    "LUONGXANH_CHECKPOINT_COPIES": ("/a,ftp://h/x", "http://h:99999/x", "file:///a"),
    "LUONGXANH_CHECKPOINT_SECONDS": ("0", "3601", "soon", "1.5", "9" * 5_000),
    "LUONGXANH_NEXUS": ("perhaps",),
    "LUONGXANH_NEXUS_ENDPOINTS": ("a", "a=", "=b", "a=b=c", "a=b,a=c", "một=b", "a" * 201 + "=b", "a=b c"),
    "LUONGXANH_CACHED_DOSSIERS": ("0", "-1", "many"),
    "LUONGXANH_PAYMENT_ASKED_AFTER": ("0", "-1", "soon"),
    "LUONGXANH_TEMPORAL_TLS": ("perhaps", "2"),
    "LUONGXANH_LOG_LEVEL": ("chatty",),
    "LUONGXANH_NAMESPACE": (" ", "a\x1bb", "x" * 5_000),
    "LUONGXANH_TASK_QUEUE": ("\n",),
    "LUONGXANH_AUTHORITY": ("\t",),
}


@pytest.mark.parametrize(("variable", "given"), [(name, one) for name, given in WRONG.items() for one in given])
def test_a_wrong_setting_is_told_in_the_reader_s_language(tmp_path: Path, variable: str, given: str) -> None:
    """A wrong setting has a Vietnamese sentence without English words and without its value."""
    with pytest.raises(SettingsError, match="setting_invalid") as problem:
        load_settings({variable: given}, tmp_path)
    message = problem.value.message
    name = variable if variable.startswith("LUONGXANH_") else "LUONGXANH_OTLP_ENDPOINT"
    for text in (message.vi, message.en):
        assert f"  {name}: " in text
        assert len(text) < 500
    vietnamese = message.vi.split(f"  {name}: ")[1].split("\n")[0]
    assert list(foreign(re.sub(r"\S+://\S+|\S+\.example\S*|LUONGXANH_\w+|'\w+'", "", vietnamese))) == []
    assert vietnamese != message.en.split(f"  {name}: ")[1].split("\n")[0]


@pytest.mark.parametrize(
    "content",
    [
        None, b"", b"{", b"{}", b"[1]", b"\xff", b"[" * 100_000, b'[{"system": "portal"}]',
        b'[{"system": "x", "base_url": "y"}]', b"[]", b'[{"system": "portal", "base_url": "http://h"}]',
        b'[{"system": "portal", "base_url": "http://bi-mat:bi-mat@h"}]',
        b'[{"system": "portal", "base_url": "http://h", "concurrent_calls": "8", "password": "bi-mat"}]',
    ],
)  # fmt: skip
def test_a_wrong_file_of_addresses_is_told(tmp_path: Path, content: bytes | None) -> None:
    """A wrong file of addresses is reported with variable and path, but without its content."""
    file = tmp_path / "addresses.json"
    if content is not None:
        file.write_bytes(content)
    settings = load_settings({"LUONGXANH_OUTSIDE_FILE": str(file)}, tmp_path)
    with pytest.raises(SettingsError, match="setting_invalid") as problem:
        outside_addresses(settings)
    assert f"LUONGXANH_OUTSIDE_FILE: {file}: " in problem.value.message.vi
    assert "bi-mat" not in str(problem.value.facts) + problem.value.message.vi + problem.value.message.en
    vietnamese = problem.value.message.vi.split(f"{file}: ")[1].split("\n")[0]
    assert list(foreign(re.sub(r"^[\w.]+: |'\w+'|http\S+", "", vietnamese))) == []


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"database_url": 1}', b"\xff", b"", b'"bi-mat"'])
def test_settings_of_a_stack_that_cannot_be_read_are_told(tmp_path: Path, content: bytes) -> None:
    """Unreadable settings of a stack are reported with the file, but without its content."""
    (tmp_path / "settings.json").write_bytes(content)
    with pytest.raises(SettingsError, match="setting_invalid") as problem:
        load_settings({}, tmp_path)
    message = problem.value.message
    assert "pydantic" not in str(problem.value.facts) + message.en
    assert "bi-mat" not in message.vi + message.en
    vietnamese = message.vi.split("settings.json: ")[1].split("\n")[0]
    assert list(foreign(re.sub(r"^[\w.–]+: |'\w+'", "", vietnamese))) == []
