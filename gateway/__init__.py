"""What lets in: the client library, the HTTP API, the command line."""
