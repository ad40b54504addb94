"""Creates a Nexus endpoint, as an operator does with `temporal operator nexus endpoint create`."""

from __future__ import annotations

from temporalio.api.nexus.v1 import EndpointSpec, EndpointTarget
from temporalio.api.operatorservice.v1 import CreateNexusEndpointRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

ENDPOINT = "luongxanh"
"""The endpoint of the embedded stack."""


async def ensure_endpoint(client: Client, name: str, queue: str) -> None:
    """Creates the endpoint, which points to a queue in the namespace of the client, unless one has the name."""
    worker = EndpointTarget.Worker(namespace=client.namespace, task_queue=queue)
    spec = EndpointSpec(name=name, target=EndpointTarget(worker=worker))
    try:
        await client.operator_service.create_nexus_endpoint(CreateNexusEndpointRequest(spec=spec))
    except RPCError as refused:
        if refused.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
