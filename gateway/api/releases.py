"""The builds of the worker over HTTP: which of them has how much of the work, and who ordered it."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from activities.releases.register import RecordedAct, ReleaseAct
from domain.ramps import Ramp
from domain.values import Bilingual, Code, Instant, Value
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.pages import Cursor, Limit, Listing, Place
from gateway.api.parts import Parts
from gateway.client.releases.orders import BuildNow, ReleasesNow
from gateway.i18n.wording import RELEASE_ACTS

BUILD = "Bản: phiên bản và nội dung mã, như 0.1.0+3f2a9c01d4e7 (release and content of its code)."

router = APIRouter(route_class=StrictRoute, tags=["Vận hành (operations)"])


class BuildAnswer(Value):
    """One build of the worker. `release` and `revision` None: no worker of it wrote into this database."""

    build: str = Field(description=BUILD)
    release: str | None = Field(description="Phiên bản phát hành (its release).")
    revision: int | None = Field(description="Lần sửa quy tắc mới nhất mà bản này biết (the newest rules it knows).")
    share: int = Field(description="Phần trăm hồ sơ giao cho bản này ở bước kế tiếp (its per cent of new work).")
    open_dossiers: int = Field(description="Hồ sơ đang mở mà bản này làm bước gần nhất (it did their last task).")
    workers: tuple[str, ...] = Field(description="Các tiến trình đang nhận việc (its processes).")
    stuck: int = Field(description="Số hồ sơ bị kẹt ở bản này (dossiers whose tasks it fails).")
    retired: bool = Field(description="true: không nhận việc nữa (it never gets work again).")

    @classmethod
    def of(cls, one: BuildNow) -> BuildAnswer:
        """The build as it is now."""
        seen = one.seen
        return cls(
            build=one.build,
            release=seen.release if seen else None,
            revision=seen.revision if seen else None,
            share=round(one.share),
            open_dossiers=one.open_dossiers,
            workers=one.workers,
            stuck=one.stuck,
            retired=one.retired,
        )


class ReleaseActAnswer(Value):
    """What was ordered for a build."""

    build: str = Field(description=BUILD)
    act: ReleaseAct
    act_words: Bilingual
    percent: int | None = Field(description="Phần trăm hồ sơ, nếu giao một phần (its part, if it got a part).")
    instead: str | None = Field(description="Bản nhận việc trước đó (the build that had the work before).")
    who: Code = Field(description="Mã nội bộ người ra lệnh (who ordered it: an identifier, never a name).")
    why: str
    at: Instant

    @classmethod
    def of(cls, one: RecordedAct) -> ReleaseActAnswer:
        """The order with its words."""
        return cls(**one.model_dump(), act_words=RELEASE_ACTS[one.act])


class ReleasesAnswer(Value):
    """Every build that Temporal knows, the newest first, and the last orders."""

    builds: tuple[BuildAnswer, ...] = Field(description="Các bản, mới trước (the newest first).")
    open_dossiers: int = Field(description="Số hồ sơ đang mở (open dossiers in all).")
    without_build: int = Field(description="Số hồ sơ ở tiến trình không có bản (with workers that have no build).")
    workers_without_build: tuple[str, ...] = Field(description="Tiến trình không có bản (workers without a build).")
    current: str | None = Field(description="Bản nhận việc; null: tiến trình không có bản (it has the work).")
    ramping: str | None = Field(description="Bản đang nhận một phần (the build that gets a part).")
    revision: int | None = Field(description="Hồ sơ mới theo lần sửa quy tắc này; null: mới nhất (of new dossiers).")
    acts: tuple[ReleaseActAnswer, ...] = Field(description="50 lệnh gần nhất, mới trước (the last 50, newest first).")
    ramp: str | None = Field(description="Lần giao dần gần nhất, của read_ramp (the last watched ramp, for read_ramp).")

    @classmethod
    def of(cls, now: ReleasesNow) -> ReleasesAnswer:
        """The builds as they are now."""
        return cls(
            builds=tuple(BuildAnswer.of(one) for one in now.builds),
            open_dossiers=now.open_dossiers,
            without_build=now.without_build,
            workers_without_build=now.workers_without_build,
            current=now.current,
            ramping=now.ramping,
            revision=now.revision,
            acts=tuple(ReleaseActAnswer.of(one) for one in now.acts),
            ramp=None if now.ramp is None else ramp_address(now.ramp),
        )


def ramp_address(ramp: Ramp) -> str:
    """Where a ramp is read."""
    return f"/v1/operations/releases/ramps/{ramp.id}"


class ReleaseActPage(Value):
    """A page of the orders about builds, the newest first."""

    items: tuple[ReleaseActAnswer, ...]
    next: str | None
    previous: str | None


@router.get(
    "/operations/releases",
    response_model=ReleasesAnswer,
    **operation(
        "list_releases",
        "Các bản của tiến trình xử lý và phần việc của từng bản",
        "the builds of the worker, each with its part of the work",
    ),
)
async def list_releases(parts: Parts, _: Signed) -> object:
    """Answers with the builds, their shares, their workers and the last orders."""
    return ReleasesAnswer.of(await parts.engine.releases.now())


@router.get(
    "/operations/releases/acts",
    response_model=ReleaseActPage,
    **operation("list_release_acts", "Các lệnh về các bản", "the orders about builds, the newest first"),
)
async def list_release_acts(parts: Parts, _: Signed, limit: Limit = 50, cursor: Cursor = None) -> object:
    """Answers with the orders, the newest first."""
    listing = Listing(parts.keys, ("list_release_acts",))
    place = listing.place(cursor)
    rows = await parts.engine.releases.register.acts(limit + 1, act_place(place))
    page = listing.page(rows, place, limit, act_key)
    items = tuple(map(ReleaseActAnswer.of, page.items))
    return ReleaseActPage(items=items, next=page.next, previous=page.previous)


def act_key(act: RecordedAct) -> str:
    """The place of an order in the list."""
    return str(act.number)


def act_place(place: Place | None) -> tuple[int, bool] | None:
    """The place as the register takes it."""
    return None if place is None else (int(place.key), place.back)
