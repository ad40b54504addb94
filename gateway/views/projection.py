"""Makes the view of a dossier from its events and all published rules, for the verification and the rebuild."""

from __future__ import annotations

from collections.abc import Sequence

from activities.ledger.contracts import Fold
from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from domain.dossier.evolve import evolve_all
from domain.dossier.state import NotSubmitted
from domain.dossier.view import DossierView
from domain.dossier.viewing import view_of
from domain.record.sealing import RecordedEvent
from domain.rules.rulebook import Rulebook, hash_of_text


async def fold_under_published_rules(pool: Pool) -> Fold:
    """The fold for the ledger's verification and rebuild. Raises DatabaseUnavailable.

    A rule whose text does not have its hash is left out. The verification reports it, and checks all dossiers that did
    not pin it.
    """
    stored = await RulesStore(pool).load_all()
    rulebook = Rulebook().adding(*(rule for rule in stored if hash_of_text(rule.text) == rule.hash))

    def fold(events: Sequence[RecordedEvent]) -> DossierView:
        begun = NotSubmitted(events[0].dossier)
        return view_of(evolve_all(begun, [recorded.event for recorded in events]), rulebook)

    return fold
