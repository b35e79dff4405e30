"""People, organisations, roles and API keys: who may do what."""
