"""The type of JSON values, which is all that ever travels between steps."""

from __future__ import annotations

from typing import Any, TypeAlias

# A recursive alias would have to be narrowed at every use; values are opaque to all but expressions, which check them.
JSON: TypeAlias = Any
