"""Events out over HTTP: pages, the live stream, the schemas, and the webhooks of services."""
