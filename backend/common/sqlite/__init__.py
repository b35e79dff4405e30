"""Django's SQLite, whose writers take turns (`base.py`; Django looks for a database engine in a package)."""
