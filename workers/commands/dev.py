"""`luongxanh dev`: what developers need of the embedded stack."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from domain.roles import Role
from domain.values import VIETNAM, Bilingual
from gateway.cli.choices import choice
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, print_json, tell
from gateway.cli.problems import CommandLineProblem

if TYPE_CHECKING:
    from gateway.access.issuer_policy import IssuerPolicy

app = App(name="dev")

WITHIN = 10.0
"""Seconds that the issuer has to answer."""
_KINDS = {404: "NotFound", 422: "InvalidInput"}


@app.command
async def token(
    *,
    person: Annotated[str | None, Parameter(help="Mã cán bộ (a person of the staff)")] = None,
    role: Annotated[Role | None, choice("Chỉ làm vai trò này (only this role)", Role)] = None,
    unit: Annotated[str | None, Parameter(help="Chỉ làm tại đơn vị này (only this unit)")] = None,
    service: Annotated[str | None, Parameter(help="Mã dịch vụ (a service in people.yaml)")] = None,
    applicant: Annotated[str | None, Parameter(help="Mã người nộp hồ sơ, tùy ý (any applicant)")] = None,
    minutes: Annotated[int, Parameter(help="Hiệu lực bao nhiêu phút, tối đa 1440 (valid for minutes)")] = 60,
    output: Output = PLAIN,
) -> None:
    """In một mã truy cập của hệ thống chạy thử: cho cán bộ, dịch vụ hoặc người nộp hồ sơ.

    Chỉ mã được in ra đầu ra chuẩn; vị trí của cán bộ hôm nay in ra đầu ra lỗi. Người đang vắng vẫn có mã, nhưng cổng
    HTTP từ chối như với người thật.
    (Prints an access token of the trial stack. Only the token is on standard output; the person's posts of today are on
    standard error. Somebody who is away gets a token too, and the API refuses it.)

    Ví dụ (example):
      curl -H "Authorization: Bearer $(luongxanh dev token --person cb.13285.reception.1)" …
    """
    order = {"person": person, "role": role, "unit": unit, "service": service, "applicant": applicant}
    given = {name: str(value) for name, value in order.items() if value is not None}
    policy = _issuer()
    granted = await _granted(policy, {**given, "minutes": minutes})
    await _require_believed(policy, granted["access_token"])
    if output.json:
        print_json(granted)
        return
    sys.stdout.write(granted["access_token"] + "\n")
    ends = datetime.now(VIETNAM) + timedelta(seconds=granted["expires_in"])
    tell(
        *_posts(granted, output),
        output.say(f"Hết hạn lúc {ends:%H:%M ngày %d/%m/%Y}.", f"Valid until {ends:%H:%M on %Y-%m-%d}."),
    )


def _issuer() -> IssuerPolicy:
    """The issuer of the embedded stack. Raises SettingsError `embedded_only`, `stack_not_running`."""
    from workers.errors import SettingsError
    from workers.messages import SettingsRefusal
    from workers.policies import issuer_policy
    from workers.settings import Mode, load_settings

    settings = load_settings()
    if settings.mode is not Mode.EMBEDDED:
        raise SettingsError(SettingsRefusal.EMBEDDED_ONLY)
    return issuer_policy(settings)


def _posts(granted: Mapping[str, Any], output: Output) -> list[str]:
    lines = [f"{post['title']}, {post['unit_name']} ({post['role']} {post['unit']})" for post in granted["posts"]]
    if granted["absent"]:
        lines.append(output.say("Hôm nay đang vắng mặt: cổng HTTP sẽ từ chối.", "Away today: the API will refuse."))
    return lines


async def _granted(policy: IssuerPolicy, order: Mapping[str, object]) -> dict[str, Any]:
    """What the issuer grants. Raises Refused with the issuer's code, CommandLineProblem `no_development_issuer`."""
    import aiohttp

    from gateway.client.engine_errors import Refused

    try:
        async with asyncio.timeout(WITHIN), aiohttp.ClientSession() as http:
            address = policy.issuer.rstrip("/") + "/dev/token"
            async with http.post(address, json=order, allow_redirects=False) as response:
                status, answer = response.status, await response.json()
        if status in _KINDS:
            message = Bilingual.model_validate(answer["message"])
            raise Refused(answer["code"], message, answer["facts"], _KINDS[status])
        if status == 200 and isinstance(answer["access_token"], str):
            return dict(answer)
    except (TimeoutError, aiohttp.ClientError, ValueError, KeyError, TypeError):
        pass
    raise CommandLineProblem(CommandLineRefusal.NO_DEVELOPMENT_ISSUER, address=policy.issuer)


async def _require_believed(policy: IssuerPolicy, access: str) -> None:
    """Verifies the token as the API does. Raises NotAuthenticated, IssuerUnavailable."""
    from gateway.access.tokens import open_verifier

    async with open_verifier(policy) as tokens:
        await tokens.verify(access, datetime.now(VIETNAM))
