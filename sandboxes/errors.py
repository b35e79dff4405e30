"""What can go wrong around a script, as opposed to inside it."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox could not do its part."""


class SandboxUnavailable(SandboxError):
    """The sandbox service does not answer, or went away; trying again later may help."""


class SandboxBusy(SandboxUnavailable):
    """The sandbox service took nothing on: it is away or has too much to do; trying elsewhere or later helps."""


class RuntimeMissing(SandboxError):
    """No interpreter or image for the language; the text says how to get one."""


class NoWayOut(SandboxError):
    """Scripts cannot have the network here; the text says why."""


class EgressRefused(SandboxError):
    """A destination that scripts may not reach; the text says how an operator can allow it."""


class SandboxLost(SandboxError):
    """The sandbox ended for a reason that is not the script's."""


class InvalidExecution(SandboxError):
    """The execution asks for something that cannot be had; the text says what."""
