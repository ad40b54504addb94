"""Whether a signature in the ledger is the simulated signing service's own, by its keys and not by what it remembers.

A service that reports a signature and forgets it has given it all the same: whoever has the document and the
certificate can check it.
"""

from __future__ import annotations

import json

from domain.dossier.events import ResultSealed, ResultSigned
from tools.simulator.fault_injection import Call
from tools.simulator.signing import SigningSystem
from tools.simulator.store import Store
from tools.simulator.world import World

SEED = 42
"""The seed of the stack's simulator, from which its keys come."""


def is_authentic(made: ResultSigned | ResultSealed, document: str | None) -> bool:
    """True if the service's key makes these same bytes over the document: its signatures are deterministic."""
    asked = {"key": "again", "document_hash": document, "unit": made.unit}
    if isinstance(made, ResultSigned):
        service, asked = "sign", {**asked, "signer": made.signer}
    else:
        service = "seal"
    again = SigningSystem(World(SEED, Store(None))).perform(Call(service, "again", asked))
    return bool(json.loads(again.body).get("signature") == made.signature)
