"""The only place that publishes live events, always after the commit that made them true.

An event's truth is its row; what goes over Redis is a hint to read the rows again, so that nothing is missed or
doubled.
"""

from __future__ import annotations
