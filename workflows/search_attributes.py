"""The search attributes of a dossier's workflow, declared once: registration, development server and tests read this.

They are set at start only (a later change would cost an event). They contain no personal data; no decision uses them.
"""

from __future__ import annotations

from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

PROCEDURE = SearchAttributeKey.for_keyword("LxProcedure")
RECEIVED_BY = SearchAttributeKey.for_keyword("LxReceivedBy")

SEARCH_ATTRIBUTES: tuple[SearchAttributeKey[Any], ...] = (PROCEDURE, RECEIVED_BY)


def of_dossier(procedure: str, received_by: str) -> TypedSearchAttributes:
    """The search attributes with which a dossier's workflow starts."""
    return TypedSearchAttributes(
        [SearchAttributePair(PROCEDURE, procedure), SearchAttributePair(RECEIVED_BY, received_by)]
    )
