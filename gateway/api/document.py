"""The OpenAPI document of the HTTP API: what FastAPI derives from the types, completed where types say less."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from gateway.api.documented import JSON
from gateway.api.problems import MEDIA_TYPE, Problem
from gateway.api.texts.fields import describe_fields
from gateway.api.texts.schemas import describe_schemas

SERVERS = [{"url": "/", "description": "Địa chỉ của tỉnh (the address of the province)."}]
TAGS = (
    ("Hồ sơ (dossiers)", "Nộp và theo dõi hồ sơ. Submit and follow dossiers."),
    (
        "Lệnh trên hồ sơ (commands)",
        "Mỗi lệnh một địa chỉ; quy định quyết định lệnh nào được nhận lúc này. One operation for each command; the "
        "rules decide which one is accepted now.",
    ),
    (
        "Tra cứu công khai (public tracking)",
        "Không cần đăng nhập, cần mã trên giấy tiếp nhận. Without a sign-in, with the secret on the receipt.",
    ),
    ("Danh mục thủ tục (catalogue)", "Thủ tục, thời hạn, phí, quy trình; công khai. The procedures; public."),
    ("Đơn vị (organisation)", "Đơn vị của từng ngày, cũ và mới; công khai. The units of any day; public."),
    ("Lịch làm việc (calendars)", "Từng ngày, từng buổi, theo văn bản nào; công khai. Day by day; public."),
    (
        "Máy tính hạn và tuyến (calculators)",
        "Tính hạn, tính nơi giải quyết mà không mở hồ sơ. Due dates and routes without a dossier.",
    ),
    (
        "Sự kiện (events)",
        "Mọi sự kiện của sổ cái, dạng CloudEvents 1.0: theo trang, trực tiếp. Every event of the ledger, as "
        "CloudEvents 1.0: by pages, and live.",
    ),
    (
        "Webhook (webhooks)",
        "Sự kiện gửi đến địa chỉ của dịch vụ, có chữ ký Standard Webhooks. Events sent to the address of a service, "
        "signed by Standard Webhooks.",
    ),
    (
        "Bộ lọc đã lưu (saved searches)",
        "Bộ lọc của sổ hồ sơ, của mình và được chia sẻ. Searches that are kept, the caller's and those shared.",
    ),
    ("Việc cần làm (work-lists)", "Việc của người gọi hôm nay, kể cả làm thay. The caller's work of today."),
    (
        "Vận hành (operations)",
        "Kiểm tra bản cài đặt, hồ sơ kẹt theo nguyên nhân, đối chiếu. Checks, what is stuck, comparisons.",
    ),
    (
        "Văn bản liên thông (documents between authorities)",
        "Văn bản trên trục liên thông: đã gửi với từng chặng, đã đến, cần người. On the document axis: what was sent, "
        "with its stages, what came, what needs a person.",
    ),
    (
        "Tin cho người nộp (notices to applicants)",
        "Đã báo gì, qua kênh nào; từ chối nhận tin. What applicants were told, by which channel; opting out.",
    ),
    ("Sự cố (incidents)", "Cuộc gọi hỏng, hồ sơ bị kẹt trong phạm vi. Failed calls and stuck dossiers in scope."),
    (
        "Sửa hồ sơ (repairs)",
        "Kế hoạch sửa hồ sơ không chạy tiếp, người duyệt, đợt sửa. Plans of repairs, their approvals and runs.",
    ),
    ("Số liệu (statistics)", "Số hồ sơ trong kỳ và lúc này, theo đơn vị. Numbers of dossiers, by unit."),
    ("Đợt triển khai (rollouts)", "Quy định mới vào hồ sơ đang mở. New rules for open dossiers."),
    ("Vận hành (operations)", "Các bản của tiến trình xử lý. The builds of the worker and their part of the work."),
    ("Mã lỗi (problem codes)", "Nghĩa của từng mã lỗi. What each code of a problem means."),
    ("Tình trạng (health)", "Tiến trình còn sống, đã sẵn sàng. Whether the process lives and is ready."),
)
REQUIRED_HEADERS = frozenset({"Idempotency-Key"})
"""Headers that every request of such an operation needs. Their absence is answered by a problem of ours."""
HEADERS = {
    "ETag": "Phiên bản của hồ sơ hoặc bộ lọc, dùng cho If-Match (the version of what is answered, for If-Match).",
    "Location": "Địa chỉ của hồ sơ (the address of the dossier).",
    "Retry-After": "Số giây nên chờ (seconds to wait).",
    "WWW-Authenticate": "Cách đăng nhập (how to sign in).",
    "Idempotency-Replayed": "true: câu trả lời đã giữ từ lần trước (the kept answer of an earlier request).",
}
HEADERS_OF_STATUS = {"401": ("WWW-Authenticate",), "429": ("Retry-After",), "503": ("Retry-After",)}


def completed(app: FastAPI) -> dict[str, Any]:
    """The document of the application."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary="Lập trình với Luồng Xanh (programming with Luồng Xanh)",
        description=app.description,
        routes=app.routes,
        servers=SERVERS,
        tags=[{"name": name, "description": description} for name, description in TAGS],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schemas = document["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    describe_fields(schemas)
    describe_schemas(schemas)
    shared: dict[str, Any] = {}
    for _, _, one in operations(document):
        _complete(one)
        _read_examples(one)
        _share_problems(one, shared)
    document["components"]["responses"] = shared
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation of a document, with its method and its path."""
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            yield method, path, one


def _share_problems(one: dict[str, Any], shared: dict[str, Any]) -> None:
    """Replaces each error answer by a reference: they are the same for every operation."""
    for status, answer in one["responses"].items():
        if list(answer.get("content", ())) == [MEDIA_TYPE]:
            name = f"Problem{status}"
            assert shared.setdefault(name, answer) == answer
            one["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def _read_examples(one: dict[str, Any]) -> None:
    """Reads the examples that `documented` wrote as text."""
    for part in (one.get("requestBody", {}), *one["responses"].values()):
        content = part.get("content", {}).get(JSON, {})
        if isinstance(content.get("example"), str):
            content["example"] = json.loads(content["example"])


def _complete(one: dict[str, Any]) -> None:
    one.setdefault("security", [])  # said, so that nobody asks whether it was forgotten
    for parameter in one.get("parameters", ()):
        if parameter["name"] in REQUIRED_HEADERS:
            parameter["required"] = True
            parameter["schema"] = {key: value for key, value in parameter["schema"].items() if key != "anyOf"}
            parameter["schema"]["type"] = "string"
    for status, answer in one["responses"].items():
        named = HEADERS_OF_STATUS.get(status, ())
        if named:
            headers = {name: {"description": HEADERS[name], "schema": {"type": "string"}} for name in named}
            answer.setdefault("headers", {}).update(headers)
