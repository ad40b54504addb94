"""Saved searches over HTTP: listed, read, kept, changed, deleted and restored.

A saved search holds what was asked, never what was found: whoever opens it searches in their own reach. Its owner alone
changes it. With whom it may be shared is one rule for the API and the console (`gateway/access/sharing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from activities.ledger.kept_answers import Answer
from activities.ledger.saved_searches import SavedSearch, SavedSearches, SearchToSave
from domain.values import Code
from gateway.access.sharing import require_sharable, viewer_of
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.dossiers.acting import IfMatch
from gateway.api.dossiers.kept_filters import faults_of
from gateway.api.dossiers.saved_bodies import (
    SavedSearchAnswer,
    SavedSearchBody,
    SavedSearchesAnswer,
    saved_answer,
)
from gateway.api.parts import Api, Parts
from gateway.api.repeats import Acting, answer_kept
from gateway.api.versions import entity_tag, expected_version
from gateway.views.names import Names

router = APIRouter(route_class=StrictRoute, tags=["Bộ lọc đã lưu (saved searches)"])

SearchId = Annotated[Code, Path(description="Mã bộ lọc đã lưu (its id).", examples=["ss-1f0c2f6f1f7c"], max_length=64)]


@dataclass(frozen=True)
class Saving:
    """A caller of these operations, and the register."""

    parts: Api
    signed: SignedIn

    @property
    def register(self) -> SavedSearches:
        """The register."""
        return SavedSearches(self.parts.pool)

    @property
    def owner(self) -> str:
        """The caller as the register names it."""
        return self.signed.caller.name

    async def get(self, search: str) -> SavedSearch:
        """One that the caller may open. Raises NotFound `saved_search_unknown`."""
        organisation = self.parts.engine.province.organisation
        return await self.register.get(search, viewer_of(self.signed.caller, organisation))

    def wanted(self, body: SavedSearchBody) -> SearchToSave:
        """What is to be kept. Raises what `require_sharable` raises."""
        wanted = body.to_save()
        require_sharable(wanted, self.signed.caller, self.parts.engine.province.organisation)
        return wanted

    def answer(self, kept: SavedSearch) -> SavedSearchAnswer:
        """The answer with a search, and what of it cannot be used today."""
        engine = self.parts.engine
        names = Names.of_province(engine.province, self.signed.caller.at.date())
        return saved_answer(kept, self.owner, faults_of(kept, names, engine.province, engine.staff))

    def written(self, status: int, kept: SavedSearch) -> Answer:
        """The same as an answer to an act, with the version for the next change."""
        made = {"Location": f"/v1/saved-searches/{kept.id}"} if status == 201 else {}
        return answer_kept(status, self.answer(kept), ETag=entity_tag(kept.version), **made)


@router.get(
    "/saved-searches",
    response_model=SavedSearchesAnswer,
    **operation("list_saved_searches", "Danh sách bộ lọc đã lưu", "the searches of the caller and those shared"),
)
async def list_saved_searches(
    parts: Parts,
    signed: Signed,
    deleted: Annotated[
        bool,
        Query(description="Chỉ bộ lọc của mình đã xóa, còn khôi phục được (only the caller's deleted ones)."),
    ] = False,
) -> object:
    """Answers with all of them: there are at most 50 of one's own, and 200 of others."""
    saving = Saving(parts, signed)
    own = [one for one in await saving.register.own(saving.owner) if (one.deleted_at is not None) == deleted]
    viewer = viewer_of(signed.caller, parts.engine.province.organisation)
    shared = [] if deleted else await saving.register.shared(viewer)
    return SavedSearchesAnswer(items=tuple(saving.answer(one) for one in (*own, *shared)))


@router.post(
    "/saved-searches",
    response_model=SavedSearchAnswer,
    **operation("save_search", "Lưu bộ lọc", "keep a search", acts=True, body=True, status=201),
)
async def save_search(
    body: strict(SavedSearchBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers 201 with the search."""
    saving = Saving(acting.parts, acting.signed)

    async def act(_key: str) -> Answer:
        return saving.written(201, await saving.register.create(saving.owner, saving.wanted(body)))

    return await acting.once(act)


@router.get(
    "/saved-searches/{search}",
    response_model=SavedSearchAnswer,
    **operation("read_saved_search", "Xem một bộ lọc đã lưu", "one saved search"),
)
async def read_saved_search(search: SearchId, parts: Parts, signed: Signed, response: Response) -> object:
    """Answers with the search, and its version as ETag."""
    saving = Saving(parts, signed)
    kept = await saving.get(search)
    response.headers["ETag"] = entity_tag(kept.version)
    return saving.answer(kept)


@router.put(
    "/saved-searches/{search}",
    response_model=SavedSearchAnswer,
    **operation("change_saved_search", "Sửa bộ lọc đã lưu", "change a saved search", acts=True, body=True),
)
async def change_saved_search(
    search: SearchId,
    body: strict(SavedSearchBody),  # type: ignore[valid-type]
    acting: Acting,
    if_match: IfMatch = None,
) -> Response:
    """Answers with the changed search. What the body does not say is as in a new one."""
    saving, version = Saving(acting.parts, acting.signed), expected_version(if_match, demanded=False)

    async def act(_key: str) -> Answer:
        wanted = saving.wanted(body)
        return saving.written(200, await saving.register.change(search, saving.owner, wanted, version))

    return await acting.once(act)


@router.delete(
    "/saved-searches/{search}",
    response_model=SavedSearchAnswer,
    **operation("delete_saved_search", "Xóa bộ lọc đã lưu", "delete a saved search", acts=True),
)
async def delete_saved_search(search: SearchId, acting: Acting, if_match: IfMatch = None) -> Response:
    """Answers with the deleted search, which can be restored for 30 days."""
    saving, version = Saving(acting.parts, acting.signed), expected_version(if_match, demanded=False)

    async def act(_key: str) -> Answer:
        return saving.written(200, await saving.register.delete(search, saving.owner, version))

    return await acting.once(act)


@router.post(
    "/saved-searches/{search}:restore",
    response_model=SavedSearchAnswer,
    **operation("restore_saved_search", "Khôi phục bộ lọc đã xóa", "undo a deletion", acts=True),
)
async def restore_saved_search(search: SearchId, acting: Acting) -> Response:
    """Answers with the search. Of one that is not deleted, nothing changes."""
    saving = Saving(acting.parts, acting.signed)

    async def act(_key: str) -> Answer:
        return saving.written(200, await saving.register.restore(search, saving.owner))

    return await acting.once(act)
