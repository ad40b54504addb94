"""The applicant's particulars: personal data, for those who work on the dossier, and for the applicant."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter
from pydantic import Field

from activities.ledger.vault import Vault
from domain.errors import NotAuthorised
from domain.values import Value
from gateway.access.messages import AccessRefusal
from gateway.access.sign_in import SignedIn, denied
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.dossiers.reading import DossierCode
from gateway.api.parts import Parts
from gateway.client import Applicant
from gateway.dossiers.reaching import reached

log = structlog.get_logger(__name__)
router = APIRouter(route_class=StrictRoute, tags=["Hồ sơ (dossiers)"])


class ParticularsAnswer(Value):
    """The applicant's particulars as they are kept now."""

    applicant: Applicant
    matter_address: Annotated[str | None, Field(description="Địa chỉ đầy đủ của việc (full address of the matter).")]


@router.get(
    "/dossiers/{code}/applicant",
    response_model=ParticularsAnswer,
    **operation(
        "read_applicant",
        "Dữ liệu cá nhân của chủ hồ sơ",
        "the applicant's personal data",
    ),
)
async def read_applicant(code: DossierCode, parts: Parts, signed: Signed) -> object:
    """Answers with the particulars. Each reading is logged with who read, and without what was read."""
    _require_personal_data(signed)
    found = await reached(parts.engine, signed, code)
    body: dict[str, Any] = await Vault(parts.pool).reveal(found.dossier.applicant.commitment)
    address = body.pop("matter_address", None)
    log.info("particulars_read", dossier=code, operation=signed.operation, caller=signed.caller.name)
    return ParticularsAnswer(applicant=Applicant.model_validate(body), matter_address=address)


def _require_personal_data(signed: SignedIn) -> None:
    """Raises NotAuthorised `personal_data_not_allowed` for a service without this scope."""
    service = signed.caller.service
    if service is None or service.personal_data:
        return
    refused = NotAuthorised(AccessRefusal.PERSONAL_DATA_NOT_ALLOWED, key="personal_data")
    denied(refused, signed.operation)
    raise refused
