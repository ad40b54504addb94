"""Checks who gives an operator's order (a restart, a rollout, an erasure) and why. Both are recorded for ever.

Every operator's command is checked here before anything is written, on the command line and in the client library.
"""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from domain.errors import InvalidInput
from domain.messages.dossier import DossierRefusal
from domain.messages.rollouts import RolloutRefusal
from domain.privacy.particulars import require_impersonal_text
from domain.text.plain_text import unseen
from domain.values import Code

OPERATORS = "van-hanh"
"""The operator's identifier where no person is named."""
LONGEST_REASON = 500
_CODE: TypeAdapter[str] = TypeAdapter(Code)


def require_operator(who: str) -> str:
    """The identifier of the operator, checked. InvalidInput: `operator_not_an_identifier`, `particulars_in_record`."""
    try:
        identifier = _CODE.validate_python(who)
    except ValidationError:
        raise InvalidInput(RolloutRefusal.OPERATOR_NOT_AN_IDENTIFIER) from None
    require_impersonal_text("person", identifier)
    return identifier


def require_reason(why: str) -> None:
    """Accepts a line that names nobody. InvalidInput: `control_character`, `reason_too_long`, `particulars_in_record`.

    An empty reason passes: a caller that needs a reason checks that itself.
    """
    hidden = unseen(why)
    if hidden is not None:
        raise InvalidInput(DossierRefusal.CONTROL_CHARACTER, field="why", character=hidden[0], position=hidden[1])
    if len(why) > LONGEST_REASON:
        raise InvalidInput(RolloutRefusal.REASON_TOO_LONG, most=LONGEST_REASON)
    require_impersonal_text("why", why)
