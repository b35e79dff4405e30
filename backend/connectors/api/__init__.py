"""The HTTP API of connectors, secrets and variables."""
