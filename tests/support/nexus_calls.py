"""A team that runs on Temporal itself: workflows in a namespace of its own that call our Nexus service.

They import nothing of the engine and send plain JSON, as a workflow in any SDK would. Run as a program it is that
team's worker, which a test kills: `python -m tests.support.nexus_calls ADDRESS NAMESPACE`.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError, FailureError, NexusOperationError
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

QUEUE = "team"
SERVICE = "DossierService"


@workflow.defn(name="OneCall")
class OneCall:
    """Calls one operation, and gives its result or its refusal."""

    @workflow.run
    async def run(self, call: dict[str, Any]) -> dict[str, Any]:
        """`{"answer": …}`, or `{"refused": type, "details": …}`."""
        nexus = workflow.create_nexus_client(service=SERVICE, endpoint=call["endpoint"])
        try:
            answer: dict[str, Any] = await nexus.execute_operation(
                call["operation"],
                call["input"],
                output_type=dict,
                headers=call.get("headers"),
                schedule_to_close_timeout=timedelta(seconds=call.get("within", 60)),
            )
        except NexusOperationError as failed:
            cause = failed.cause
            if not isinstance(cause, ApplicationError):
                return {"refused": type(cause).__name__, "message": str(cause), "trace": _trace(failed)}
            return {"refused": cause.type, "message": cause.message, "details": cause.details, "trace": _trace(failed)}
        return {"answer": answer}


def _trace(failed: FailureError) -> str:
    causes: list[BaseException] = [failed]
    while causes[-1].__cause__ is not None:
        causes.append(causes[-1].__cause__)
    return "".join(one.failure.stack_trace for one in causes if isinstance(one, FailureError) and one.failure)


@workflow.defn(name="Registration")
class Registration:
    """Files a birth, accepts it at the desk, and waits for the end."""

    def __init__(self) -> None:
        self._reached: list[str] = []

    @workflow.query
    def reached(self) -> list[str]:
        """The operations that are done, and the dossier's code after the first."""
        return self._reached

    @workflow.run
    async def run(self, case: dict[str, Any]) -> dict[str, Any]:
        """`{"dossier": …, "end": …}`"""
        nexus = workflow.create_nexus_client(service=SERVICE, endpoint=case["endpoint"])
        key = workflow.info().workflow_id
        filed = await nexus.execute_operation(
            "submit", {**case["submission"], "key": f"{key}/submit"}, output_type=dict
        )
        self._reached.append(filed["dossier"])
        await workflow.wait_condition(lambda: self._go_on)
        accept = {"key": f"{key}/accept", "dossier": filed["dossier"], "command": "accept", "version": filed["version"]}
        accepted = await nexus.execute_operation("act", accept, output_type=dict)
        self._reached.append(accepted["state"])
        end = await nexus.execute_operation("wait_for_state", {"dossier": filed["dossier"]}, output_type=dict)
        return {"dossier": filed["dossier"], "end": end}

    _go_on = False

    @workflow.signal
    def go_on(self) -> None:
        """Lets it act after the submission."""
        self._go_on = True


async def open_namespace(client: Client, namespace: str) -> Client:
    """A client in a new namespace of the server of `client`."""
    request = RegisterNamespaceRequest(namespace=namespace)
    request.workflow_execution_retention_period.FromTimedelta(timedelta(days=1))
    await client.workflow_service.register_namespace(request)
    return await Client.connect(client.service_client.config.target_host, namespace=namespace)


async def knows(team: Client) -> bool:
    """Whether the server knows the namespace everywhere."""
    try:
        await team.count_workflows()
    except RPCError:
        return False
    return True


def team_worker(client: Client) -> Worker:
    """The team's own worker."""
    return Worker(
        client, task_queue=QUEUE, workflows=[OneCall, Registration], workflow_runner=UnsandboxedWorkflowRunner()
    )


async def _serve(address: str, namespace: str) -> None:
    await team_worker(await Client.connect(address, namespace=namespace)).run()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], sys.argv[2]))
