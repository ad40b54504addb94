"""The body of an order to take in an application of the national interconnection software."""

from __future__ import annotations

from pydantic import Field

from domain.values import Code, Strict, Text
from gateway.dossiers.bodies import ActingAs


class ApplicationToTakeIn(Strict):
    """Which application, and which unit receives it."""

    application: Text = Field(description="Mã hồ sơ ở phần mềm liên thông (its identifier in the national software).")
    received_by: Code = Field(description="Nơi tiếp nhận, bất kỳ nơi nào trong tỉnh (any receiving unit).")
    acting_as: ActingAs | None = None
