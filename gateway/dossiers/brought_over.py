"""Who is told which dossier an older system's code belongs to: only who may read that dossier."""

from __future__ import annotations

from activities.ledger.reading import dossier_in
from domain.errors import DomainError, NotAuthorised, NotFound, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.values import Bilingual
from gateway.access.sign_in import SignedIn, signed_in_for
from gateway.client import Engine

READ = "read_dossier"
HIDDEN = Bilingual(vi="mà bạn không có quyền xem", en="a dossier that you may not see")


async def as_told_to(engine: Engine, signed: SignedIn, refused: DomainError) -> DomainError:
    """The refusal for this caller. `brought_over_twice` names the other dossier only to who may read it.

    Any other refusal stays as it is. Raises DatabaseUnavailable.
    """
    other = refused.facts.get("other")
    if refused.code != DossierRefusal.BROUGHT_OVER_TWICE or other is None or await _reads(engine, signed, other):
        return refused
    hidden = RuleViolation(DossierRefusal.BROUGHT_OVER_TWICE, number=refused.facts["number"], other=HIDDEN)
    del hidden.facts["other"]
    return hidden


async def _reads(engine: Engine, signed: SignedIn, code: str) -> bool:
    try:
        scope = signed_in_for(signed.caller, READ, engine.province.organisation).scope
        return scope.covers(dossier_in(await engine.dossier(code)))
    except (NotAuthorised, NotFound):
        return False
