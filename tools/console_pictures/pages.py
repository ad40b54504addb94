"""Which pages are pictured, for whom, and in which width."""

from __future__ import annotations

from domain.values import Value


class Picture(Value):
    """One picture. `person`: who signs in, None for nobody. `path`: may name `{code}`, a dossier of the day."""

    name: str
    path: str
    person: str | None = None
    phone: bool = False
    language: str = "vi"


DESK = "cb.13366.reception.1"
HEAD = "cb.13366.head_of_unit.1"
OFFICER = "cb.13366.specialist.1"

PICTURES: tuple[Picture, ...] = (
    Picture(name="entrance", path="/console/"),
    Picture(name="entrance-phone", path="/console/", phone=True),
    Picture(name="entrance-en", path="/console/", language="en"),
)
