"""Tests of the inputs of the Nexus operations, as bytes: they are read as strictly as the bodies of the HTTP API."""

from __future__ import annotations

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from domain.errors import InvalidInput
from gateway.nexus.requests import READ, read_input

DOSSIER = "H42.1-250101-0001"


def given(content: bytes, encoding: bytes = b"json/plain") -> RawValue:
    """An input as a worker gets it."""
    return RawValue(Payload(metadata={"encoding": encoding}, data=content))


@pytest.mark.parametrize("encoding", [b"json/plain", b"json/protobuf"])
def test_json_of_any_sdk_is_read(encoding: bytes) -> None:
    """Plain JSON, whichever converter of an SDK wrote it."""
    assert read_input(READ, given(f'{{"dossier": "{DOSSIER}"}}'.encode(), encoding)).dossier == DOSSIER


@pytest.mark.parametrize(
    "content",
    [
        b"", b"null", b"[]", b"{", b"\xff", b'{"dossier": NaN}', b"[" * 100_000, b'{"dossier": "a", "dossier": "b"}',
        b'{"dossier": "a\\u202eb"}', b'{"dossier": "%s"}' % (b"x" * 65), b'{"dossier": "a", "more": 1}',
    ],
)  # fmt: skip
def test_what_is_no_such_json_is_refused(content: bytes) -> None:
    """Broken, deep, double, invisible, too long, unknown: one refusal with a code."""
    with pytest.raises(InvalidInput, match="invalid_request"):
        read_input(READ, given(content))


def test_an_encrypted_input_is_refused() -> None:
    """This side does not have the caller's key. The refusal says what to send."""
    with pytest.raises(InvalidInput, match="json/plain"):
        read_input(READ, given(b"secret", b"binary/encrypted"))
