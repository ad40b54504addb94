"""A second client of the test's Temporal, which counts what it asks."""

from __future__ import annotations

from collections import Counter

from temporalio.client import Client
from temporalio.runtime import MetricBuffer, Runtime, TelemetryConfig


class CountedRequests:
    """`client` asks; `so_far` says how often each operation of Temporal was asked since the last time."""

    def __init__(self, client: Client, metrics: MetricBuffer) -> None:
        self.client = client
        self._metrics = metrics

    def so_far(self) -> Counter[str]:
        """`{"DescribeWorkflowExecution": 3}`"""
        counted = Counter[str]()
        for update in self._metrics.retrieve_updates():
            if update.metric.name == "temporal_request":
                counted[str(update.attributes["operation"])] += int(update.value)
        return counted


async def counted_requests(like: Client) -> CountedRequests:
    """A client of the same Temporal as this one."""
    metrics = MetricBuffer(10_000)
    client = await Client.connect(
        like.service_client.config.target_host,
        namespace=like.namespace,
        data_converter=like.data_converter,
        runtime=Runtime(telemetry=TelemetryConfig(metrics=metrics)),
    )
    counted = CountedRequests(client, metrics)
    counted.so_far()
    return counted
