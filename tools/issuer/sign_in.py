"""Who somebody chooses to be at the development issuer, checked against the province's people of now."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from domain.errors import InvalidInput, NotFound
from domain.organisation.people import Post
from domain.organisation.staff import Staff
from domain.roles import Role
from domain.values import Code, Strict
from tools.issuer.messages import SignInRefusal
from tools.issuer.signing_keys import Algorithm

MOST_NAMED = 5
Minutes = Annotated[int, Field(ge=1, le=1_440)]


class SignIn(Strict):
    """One of three: a person (perhaps in one role or unit only), a service, an applicant."""

    person: Code | None = None
    role: Role | None = None
    unit: Code | None = None
    service: Code | None = None
    applicant: Code | None = None

    @property
    def claims(self) -> dict[str, str]:
        """The claims by which the product knows who it is. Raises InvalidInput `sign_in_as_one`."""
        chosen = [name for name in ("person", "service", "applicant") if getattr(self, name) is not None]
        if len(chosen) != 1 or (self.person is None and (self.role or self.unit)):
            raise InvalidInput(SignInRefusal.SIGN_IN_AS_ONE)
        claims = {"principal_kind": chosen[0], "sub": getattr(self, chosen[0]), "role": self.role, "unit": self.unit}
        return {name: str(value) for name, value in claims.items() if value is not None}


class TokenOrder(SignIn):
    """A token that a developer asks for without the page."""

    minutes: Minutes = 60
    client: Code = "luongxanh-dev"
    algorithm: Algorithm = "RS256"


def posts_in(staff: Staff, sign_in: SignIn, at: datetime, page: str) -> tuple[Post, ...]:
    """The posts of a person today, also while absent; none for others.

    Raises NotFound `sign_in_unknown_person`, `sign_in_unknown_service`, InvalidInput `sign_in_post_not_held`. A person
    who is absent, or a service whose trust has ended, may sign in: it is the API that refuses them.
    """
    if sign_in.service is not None and staff.service(sign_in.service) is None:
        known = [service.code for service in staff.services][:MOST_NAMED]
        raise NotFound(SignInRefusal.SIGN_IN_UNKNOWN_SERVICE, service=sign_in.service, known=", ".join(known) or "–")
    person = sign_in.person
    if person is None:
        return ()
    if not staff.knows(person):
        people = sorted({held.person for held in staff.appointments})
        similar = difflib.get_close_matches(person, people, MOST_NAMED, 0.5)
        facts = {"person": person, "similar": ", ".join(similar) or "–", "page": page}
        raise NotFound(SignInRefusal.SIGN_IN_UNKNOWN_PERSON, **facts)
    held = staff.posts_of(person, at)
    duties = [(post.role, post.unit) for post in held] + [(duty.role, duty.unit) for duty in staff.duties(person, at)]
    if not _has(duties, sign_in):
        named = ", ".join(f"{role} {unit}" for role, unit in dict.fromkeys(duties)) or "–"
        raise InvalidInput(SignInRefusal.SIGN_IN_POST_NOT_HELD, person=person, posts=named)
    return held


def _has(duties: Sequence[tuple[Role, str]], sign_in: SignIn) -> bool:
    if sign_in.role is None and sign_in.unit is None:
        return True
    return any(sign_in.role in (None, role) and sign_in.unit in (None, unit) for role, unit in duties)
