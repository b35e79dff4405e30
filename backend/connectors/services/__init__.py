"""Changes to connectors, secrets and variables."""
