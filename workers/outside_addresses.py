"""Where the outside systems are: the simulator's address in the embedded stack, a file of addresses in production."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from activities.adapters.address import SystemAddress
from domain.field_errors import of_validation
from domain.inconsistency import Inconsistent
from domain.messages.rules import sentence_of
from domain.text.json_reader import read_json
from domain.values import Bilingual
from workers.papers import read_paper
from workers.settings import PREFIX, Settings, wrong_setting
from workers.simulator.world import Access
from workers.stack.errors import StackError

SETTING = "outside_file"
_ADDRESSES: TypeAdapter[list[SystemAddress]] = TypeAdapter(list[SystemAddress])


def outside_addresses(settings: Settings) -> list[SystemAddress]:
    """The address of every system. The file (`LUONGXANH_OUTSIDE_FILE`) wins over the simulator.

    Raises `StackError` `setting_invalid`, which repeats nothing that stands in the file: it holds passwords.
    """
    if settings.outside_file is None:
        return list(Access().addresses(settings.need("simulator_url"), unit=settings.authority))
    path = Path(settings.outside_file)
    try:
        given = read_json(read_paper(f"{PREFIX}{SETTING.upper()}", path).decode("utf-8-sig"))
        return _ADDRESSES.validate_json(json.dumps(given), strict=True)
    except UnicodeDecodeError:
        raise _wrong(path, Bilingual(vi="không phải UTF-8", en="not UTF-8")) from None
    except Inconsistent as found:
        raise _wrong(path, sentence_of(found)) from None
    except ValidationError as problem:
        raise _wrong(path, of_validation(problem)[0]) from None


def _wrong(path: Path, problem: Bilingual) -> StackError:
    return wrong_setting(SETTING, problem, path)
