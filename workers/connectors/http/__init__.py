"""Web services."""
