"""Comparisons of Temporal with the ledger, the differences that were found, and the workflows that were ended."""

from __future__ import annotations

from datetime import datetime

from luongxanh_client.models.base import Answer, Bilingual
from luongxanh_client.models.words import Difference, ReconciliationState


class DifferencesOfKind(Answer):
    """How many differences of one kind were found, and what to do about them."""

    difference: Difference
    difference_words: Bilingual
    count: int
    remedy: Bilingual
    to_be_restarted: bool


class Reconciliation(Answer):
    """One comparison: how far it is, and what it found. `agree`: it has finished and found no difference."""

    number: int
    href: str
    state: ReconciliationState
    state_words: Bilingual
    who: str
    begun_at: datetime
    ended_at: datetime | None
    failed: str | None
    failed_words: Bilingual | None
    whole: bool
    workflows: int
    dossiers: int
    done: int
    moving: int
    agree: bool
    found: tuple[DifferencesOfKind, ...]
    differences: int
    listed: int
    differences_href: str | None


class ReconciliationPage(Answer):
    """A page of comparisons, the newest first."""

    items: tuple[Reconciliation, ...]
    next: str | None
    previous: str | None


class FoundDifference(Answer):
    """One difference that two looks have seen. `name`: of the dossier, or of the workflow that no dossier has."""

    difference: Difference
    difference_words: Bilingual
    name: str
    version: int | None
    known: int | None
    run: str | None
    detail: str | None
    to_be_restarted: bool
    to_be_ended: bool


class FoundDifferencePage(Answer):
    """A page of the differences of a comparison, in the order in which they were found."""

    items: tuple[FoundDifference, ...]
    next: str | None
    previous: str | None


class EndedWorkflow(Answer):
    """A workflow that an operator ended, because no dossier needed it."""

    workflow: str
    run: str
    found: Difference
    found_words: Bilingual
    who: str
    why: str
    at: datetime


class EndedWorkflowPage(Answer):
    """A page of ended workflows, the newest first."""

    items: tuple[EndedWorkflow, ...]
    next: str | None
    previous: str | None
