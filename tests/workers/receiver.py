"""A collector of OpenTelemetry data on a socket, for processes that export by OTLP over HTTP."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass(frozen=True)
class Seen:
    """One span, and the process that exported it."""

    service: str
    span: Span

    @property
    def name(self) -> str:
        """The span's name."""
        return str(self.span.name)

    @property
    def trace(self) -> str:
        """The id of its trace, in the form of the ledger."""
        return bytes(self.span.trace_id).hex()

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of the span and its events, and the description of its status, as text."""
        own = {one.key: str(one.value) for one in self.span.attributes}
        of_events = {
            f"{event.name}.{one.key}": str(one.value) for event in self.span.events for one in event.attributes
        }
        return {**own, **of_events, "status": str(self.span.status.message)}


@dataclass
class Collector:
    """The received data. `url` is the value for LUONGXANH_OTLP_ENDPOINT."""

    url: str
    spans: list[Seen] = field(default_factory=list)
    metrics: set[str] = field(default_factory=set)

    def take_spans(self, body: bytes) -> None:
        """Receives one export of spans."""
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            names = {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [Seen(names.get("service.name", ""), span) for span in scope.spans]

    def take_metrics(self, body: bytes) -> None:
        """Receives one export of metrics."""
        for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
            for scope in resource.scope_metrics:
                self.metrics |= {metric.name for metric in scope.metrics}

    def trace(self, trace: str) -> list[Seen]:
        """Every span of a trace."""
        return [one for one in self.spans if one.trace == trace]


@contextmanager
def collecting() -> Iterator[Collector]:
    """Receives data until the end of the block."""

    class Receive(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            (collector.take_spans if self.path == "/v1/traces" else collector.take_metrics)(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Logs nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receive)
    collector = Collector(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
