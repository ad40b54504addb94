"""Reads the addresses of the outside systems from the file that `LUONGXANH_OUTSIDE_FILE` names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from activities.adapters.address import SystemAddress
from domain.field_errors import of_validation
from domain.inconsistency import Inconsistent
from domain.outside_systems import OPTIONAL, System
from domain.text.json_reader import read_json
from domain.text.sentences import sentence_of
from domain.values import Bilingual
from workers.credentials import read_credential
from workers.errors import SettingsError, wrong_setting
from workers.settings import Settings, variable

VARIABLE = variable("outside_file")
UNREADABLE = Bilingual(vi="không đọc được", en="cannot be read")
_ADDRESSES: TypeAdapter[list[SystemAddress]] = TypeAdapter(list[SystemAddress])


@dataclass(frozen=True)
class Addresses:
    """The addresses of a file, with the version of its content."""

    version: str
    addresses: tuple[SystemAddress, ...]


class WrongAddresses(Exception):
    """The file cannot be used. `message` says why, and quotes nothing of it."""

    code = "setting_invalid"

    def __init__(self, message: Bilingual) -> None:
        super().__init__(message.en)
        self.message = message


class OutsideFile:
    """The file as a running worker sees it. `version`: of the content that was read last; empty: it cannot be read."""

    def __init__(self, settings: Settings) -> None:
        self._path = Path(settings.need("outside_file"))
        self._last: tuple[bytes, Addresses | WrongAddresses] | None = None
        self.version = ""

    def first(self) -> Addresses:
        """The addresses at the start of a worker. Raises `SettingsError` as `outside_addresses` does."""
        try:
            found = self.read()
            _require_every_system(found.addresses)
        except WrongAddresses as wrong:
            raise wrong_setting(VARIABLE, wrong.message, self._path) from None
        return found

    def read(self) -> Addresses:
        """The addresses in it now. The content is compared, because the times of a mounted file need not change.

        Raises WrongAddresses.
        """
        try:
            content = read_credential("outside_file", self._path)
        except SettingsError:
            self.version, self._last = "", None
            raise WrongAddresses(UNREADABLE) from None
        if self._last is None or self._last[0] != content:
            self.version = version_of(content)
            self._last = (content, self._found(content))
        found = self._last[1]
        if isinstance(found, WrongAddresses):
            raise found
        return found

    def _found(self, content: bytes) -> Addresses | WrongAddresses:
        try:
            return Addresses(self.version, tuple(_addresses_in(content)))
        except WrongAddresses as wrong:
            return wrong


def version_of(content: bytes) -> str:
    """A short name of a content that holds passwords.

    It is dear to compute and short, so that nobody who knows the rest of the file finds a password by trying.
    """
    return hashlib.scrypt(content, salt=b"outside file", n=2**14, r=8, p=1, dklen=4).hex()


def outside_addresses(settings: Settings) -> list[SystemAddress]:
    """The address of every outside system.

    Raises `SettingsError` when no file is set or the file is wrong (`setting_invalid`). The error quotes nothing of the
    file, which holds passwords.
    """
    path = Path(settings.need("outside_file"))
    try:
        found = _addresses_in(read_credential("outside_file", path))
        _require_every_system(found)
    except WrongAddresses as wrong:
        raise wrong_setting(VARIABLE, wrong.message, path) from None
    return found


def _require_every_system(addresses: Sequence[SystemAddress]) -> None:
    """Raises WrongAddresses for a system that a province cannot be without and that has no address, or one with two."""
    named = [one.system for one in addresses]
    if missing := sorted(set(System) - OPTIONAL - set(named)):
        codes = ", ".join(f"'{one}'" for one in missing)
        raise WrongAddresses(Bilingual(vi=f"thiếu hệ thống {codes}", en=f"without {codes}"))
    if twice := sorted({one for one in named if named.count(one) > 1}):
        codes = ", ".join(f"'{one}'" for one in twice)
        raise WrongAddresses(Bilingual(vi=f"ghi hai lần: {codes}", en=f"listed twice: {codes}"))


def _addresses_in(read: bytes) -> list[SystemAddress]:
    try:
        content = read_json(read.decode("utf-8-sig"))
        return _ADDRESSES.validate_json(json.dumps(content), strict=True)
    except UnicodeDecodeError:
        raise WrongAddresses(Bilingual(vi="không phải UTF-8", en="not UTF-8")) from None
    except Inconsistent as found:
        raise WrongAddresses(sentence_of(found)) from None
    except ValidationError as problem:
        raise WrongAddresses(of_validation(problem)[0]) from None
