"""What the portal has of a dossier, compared with what the ledger says: which fields differ, and whose doing it is."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from activities.adapters.portal_records import DossierRecord
from domain.values import Bilingual, Code, Value

COMPARED = (
    "MaTTHC", "KenhThucHien", "TrangThaiHoSo", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy",
    "NgayTra", "NgayTuChoi", "DonViXuLy", "NoiNopHoSo", "ChuHoSo", "SoGiayToChuHoSo",
)  # fmt: skip
"""The fields that are compared, where the portal shows them."""
OF_A_PERSON = frozenset({"ChuHoSo", "SoGiayToChuHoSo"})
"""Their values are never in a report: a keyed hash stands for each, which tells equal from different."""
ENDS = frozenset({"3", "7", "8", "9", "10"})
"""TrangThaiHoSo of a dossier that has its result, or will have none."""


class DifferenceThere(StrEnum):
    """What is different at the portal."""

    MISSING = "missing_there"
    """The portal does not have the dossier."""
    OLDER = "older_there"
    """What the portal shows was right before: this dossier stood so at an earlier version."""
    AHEAD = "ahead_there"
    """The portal shows an end that this dossier has not reached."""
    CHANGED = "changed_there"
    """The portal shows what this dossier never had: somebody else changed it there."""
    SET_ASIDE = "set_aside"
    """The relay has set it aside, and a person decides there."""
    NOT_SHOWN = "not_shown"
    """The portal refused to show it."""
    UNREADABLE = "unreadable_here"
    """No record can be made of it here."""

    @property
    def sent_again(self) -> bool:
        """Whether it is safe to send the dossier again: nobody's work there is lost by it."""
        return self in (DifferenceThere.MISSING, DifferenceThere.OLDER)

    @property
    def overwritten(self) -> bool:
        """Whether a person may decide to send it again, over what somebody else wrote there."""
        return self in (DifferenceThere.AHEAD, DifferenceThere.CHANGED)

    @property
    def words(self) -> Bilingual:
        """The difference, for people."""
        return _WORDS[self]


_WORDS = {
    DifferenceThere.MISSING: Bilingual(vi="Cổng không có hồ sơ", en="the portal does not have it"),
    DifferenceThere.OLDER: Bilingual(vi="Cổng còn ghi tình trạng cũ", en="the portal shows an earlier state"),
    DifferenceThere.AHEAD: Bilingual(
        vi="Cổng đã ghi kết thúc, ở đây hồ sơ chưa tới", en="the portal shows an end that it has not reached here"
    ),
    DifferenceThere.CHANGED: Bilingual(vi="người khác đã sửa trên Cổng", en="somebody else changed it at the portal"),
    DifferenceThere.SET_ASIDE: Bilingual(vi="kênh Cổng đã để lại, chờ người xử lý", en="the relay set it aside"),
    DifferenceThere.NOT_SHOWN: Bilingual(vi="Cổng từ chối cho xem", en="the portal refused to show it"),
    DifferenceThere.UNREADABLE: Bilingual(vi="không lập được bản ghi ở đây", en="no record can be made of it here"),
}


class FieldThere(Value):
    """One field that differs. A value of a person is a keyed hash; None: the ledger has none."""

    field: str
    here: str | None
    there: str


class DiffersThere(Value):
    """One dossier that differs. `code`: why it was set aside, not shown or unreadable."""

    dossier: Code
    version: int
    difference: DifferenceThere
    fields: tuple[FieldThere, ...] = ()
    code: str = ""


class Comparison:
    """Compares records. `secret` keys the hashes of one report: they cannot be compared with those of another."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def fields(self, here: Mapping[str, Any], there: Mapping[str, Any]) -> tuple[FieldThere, ...]:
        """The compared fields that the portal shows with another value. One that it does not show is no difference."""
        found = []
        for name in COMPARED:
            shown, ours = _plain(there.get(name)), _plain(here.get(name))
            if shown and shown != ours:
                found.append(FieldThere(field=name, here=self._told(name, ours), there=self._told(name, shown) or ""))
        return tuple(found)

    def judged(
        self, fields: Sequence[FieldThere], there: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]
    ) -> DifferenceThere:
        """What the difference is. `earlier`: the records of the dossier's earlier versions."""
        if any(not self.fields(record, there) for record in earlier):
            return DifferenceThere.OLDER
        state = _plain(there.get("TrangThaiHoSo"))
        known = {_plain(record.get("TrangThaiHoSo")) for record in earlier}
        differs = any(one.field == "TrangThaiHoSo" for one in fields)
        return DifferenceThere.AHEAD if differs and state in ENDS - known else DifferenceThere.CHANGED

    def _told(self, name: str, value: str) -> str | None:
        if not value:
            return None
        if name not in OF_A_PERSON:
            return value[:200]
        return "#" + hmac.new(self._secret, value.encode(), hashlib.sha256).hexdigest()[:12]


def is_shown(record: DossierRecord, there: Mapping[str, Any]) -> bool:
    """Whether the portal shows nothing else than this record, in any field. One that it does not show is no
    difference; one that it shows and the record has not is one."""
    here = record.on_the_wire()
    names = [field.alias or name for name, field in DossierRecord.model_fields.items()]
    return all(not (shown := _whole(there.get(name))) or shown == _whole(here.get(name)) for name in names)


def _whole(value: object) -> str:
    return _plain(json.dumps(value, sort_keys=True, ensure_ascii=False) if isinstance(value, list) else value)


def _plain(value: object) -> str:
    """The value without what a system may change in storing it: the form of Unicode, letter case and spaces."""
    return " ".join(unicodedata.normalize("NFC", str(value)).casefold().split()) if value is not None else ""
