"""Connectors, secrets and variables: what workflows use of the outside world, kept where only workers open it."""
