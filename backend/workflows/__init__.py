"""Workflows: the format, its validation, drafts and published versions."""
