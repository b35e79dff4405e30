"""LM Studio."""

from __future__ import annotations

from workers.connectors.ai._compatible import CompatibleProtocol


class LmStudio(CompatibleProtocol, type="lm_studio"):
    """Models that LM Studio runs on a machine of yours. Its address must be among STEPGRAPH_EGRESS_ALLOW."""

    label = "LM Studio"
    icon = "device-desktop"
    provider = "LM Studio"
