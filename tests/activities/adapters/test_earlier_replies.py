"""A reply about the same dossier's own earlier request is no answer: the request is sent again under its key.

Whose a signature is: `test_signing.py`. Payment orders, refunds and postal items: `tests/workflows/test_outside.py` and
`test_post.py`, because the ledger knows the earlier ones.
"""

from __future__ import annotations

import json

import pytest

from activities.adapters.documents import Documents
from activities.adapters.messages import OutsideCode
from activities.adapters.systems import Outside, open_outside, same_host
from domain.documents.stages import DocumentStage
from tests.activities.adapters.given import DOCUMENT, DOSSIER, Steering, fault, register
from tests.activities.adapters.letters import letter, stage_of
from tests.activities.adapters.test_connection import failure, http, talking


def axis(outside: Outside) -> Documents:
    """The adapter of the document axis, which has an address here."""
    assert outside.documents is not None
    return outside.documents


async def test_an_earlier_stage_is_no_receipt_of_a_later_one(steering: Steering, outside: Outside) -> None:
    """The axis answers "accepted" with what it said to "arrived", of the same letter: the stage is told again."""
    document = letter().id
    await axis(outside).tell(stage_of(document))
    steering.misbehave("documents", fault("anothers_reply"))
    error = await failure(axis(outside).tell(stage_of(document, DocumentStage.ACCEPTED)))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "another_stage", True)
    await axis(outside).tell(stage_of(document, DocumentStage.ACCEPTED))
    assert list(steering.effects("documents").values()) == [1, 1]


async def test_one_letter_is_no_receipt_of_another(steering: Steering, outside: Outside) -> None:
    """A letter of the same dossier that was sent under another number is another letter."""
    await axis(outside).send(letter("H42.10-250707-0001.v9"))
    steering.misbehave("documents", fault("anothers_reply"))
    error = await failure(axis(outside).send(letter("H42.10-250707-0001.v12")))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "another_document", True)


@pytest.mark.parametrize(
    "stated",
    [
        {"MaHoSo": DOSSIER, "SoKetQua": "1/2024/GKS", "MaBamKetQua": DOCUMENT},
        {"SoKetQua": "1/2024/GKS"},
        {"MaHoSo": "H42.13366-250701-0009"},
        {"MaBamKetQua": "0" * 64},
    ],
)
async def test_an_earlier_entry_is_not_that_of_this_result(stated: dict[str, str]) -> None:
    """The registry says "entered" and means what it entered before, under the same key, with another number."""

    told = json.dumps(
        {"error_code": "00", "session": "s", "SoThamChieu": "HT-1", "result": [{"SoThamChieu": "HT-1", **stated}]}
    )
    async with talking(lambda _: http(told)) as url, open_outside(same_host(url)) as lying:
        error = await failure(lying.registries.register(register()))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "another_entry", True)
