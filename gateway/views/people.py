"""The people of the staff in plain words. The staff has their codes only, and pages show people by their posts.

`cb.13366.specialist.1` is *Công chức chuyên môn 1 – Phường Hà Nam*. The record keeps the code: these words are for
screens alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.organisation.staff import Staff
from domain.text.sentences import begun
from domain.values import Bilingual
from gateway.i18n.wording import say
from gateway.views.names import Names


@dataclass(frozen=True)
class People:
    """Looks up the words for people at an instant. A code that the staff does not know is returned as it is."""

    staff: Staff
    names: Names
    at: datetime

    def words(self, code: str, beside: str | None = None) -> Bilingual:
        """The role, the number among the posts of that role in the unit, and the unit.

        `beside`: a unit that stands beside the words already; it is not repeated. A service is called by its name.
        """
        service = self.staff.service(code)
        if service is not None:
            return say(service.name, service.name)
        post = self.staff.last_post(code, self.at)
        if post is None:
            return say(code, code)
        number, of = self.staff.place_among(post)
        which = f" {number}" if of > 1 else ""
        where = "" if post.unit == beside else f" – {self.names.unit(post.unit)}"
        role = post.role.words
        return say(f"{begun(role.vi)}{which}{where}", f"{begun(role.en)}{which}{where}")
