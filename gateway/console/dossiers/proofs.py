"""The proof of a dossier as a download: the staff hands it to a citizen or to a court, who verify it by themselves."""

from __future__ import annotations

from fastapi import APIRouter, Response

from gateway.api.dossiers.reading import DossierCode
from gateway.console.visits import Visiting, opens
from gateway.dossiers.proving import file_name
from gateway.dossiers.reaching import reached

router = APIRouter()


@router.get("/dossiers/{code}/proof.json", **opens("read_proof"))
async def proof(code: DossierCode, visit: Visiting) -> Response:
    """The same file as the API's and that of `ledger prove`."""
    found = await reached(visit.api.engine, visit.signed, code)
    made = await visit.api.proofs.of(visit.api.pool, found.row.code, visit.now)
    return Response(
        made.model_dump_json(indent=1) + "\n",
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{file_name(found.row.code)}"'},
    )
