"""Reads the addresses of the outside systems from the file that `LUONGXANH_OUTSIDE_FILE` names."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from activities.adapters.address import SystemAddress
from domain.field_errors import of_validation
from domain.inconsistency import Inconsistent
from domain.text.json_reader import read_json
from domain.text.sentences import sentence_of
from domain.values import Bilingual
from workers.credentials import read_credential
from workers.errors import SettingsError, wrong_setting
from workers.settings import Settings, variable

VARIABLE = variable("outside_file")
_ADDRESSES: TypeAdapter[list[SystemAddress]] = TypeAdapter(list[SystemAddress])


def outside_addresses(settings: Settings) -> list[SystemAddress]:
    """The address of every outside system.

    Raises `SettingsError` when no file is set or the file is wrong (`setting_invalid`). The error quotes nothing of the
    file, which holds passwords.
    """
    path = Path(settings.need("outside_file"))
    try:
        content = read_json(read_credential("outside_file", path).decode("utf-8-sig"))
        return _ADDRESSES.validate_json(json.dumps(content), strict=True)
    except UnicodeDecodeError:
        raise _wrong(path, Bilingual(vi="không phải UTF-8", en="not UTF-8")) from None
    except Inconsistent as found:
        raise _wrong(path, sentence_of(found)) from None
    except ValidationError as problem:
        raise _wrong(path, of_validation(problem)[0]) from None


def _wrong(path: Path, problem: Bilingual) -> SettingsError:
    return wrong_setting(VARIABLE, problem, path)
