"""Who holds a right that others wait for: told by its job's lease, so that a right does not outlive its worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.common.json import JSON

# Whether the lease of a job with this epoch is held still; jobs stand above this app.
Stands = Callable[[UUID, int], bool]

_JOB_DIGITS = 32
_LEASE_DIGITS = _JOB_DIGITS + 8


@dataclass(frozen=True, slots=True)
class Holder:
    """An attempt of a step, under one lease of its job."""

    job: UUID
    epoch: int  # of the lease: the next owner of the job has a higher one
    path: str

    @property
    def lease(self) -> str:
        """The lease in 40 characters."""
        return f"{self.job.hex}{self.epoch:08x}"

    @property
    def as_json(self) -> list[JSON]:
        """The attempt as it is stored."""
        return [self.job.hex, self.epoch, self.path]

    @classmethod
    def of_json(cls, stored: Sequence[JSON]) -> Holder:
        """The attempt as it was before it was stored."""
        job, epoch, path = stored
        return cls(UUID(job), epoch, path)

    def follows(self, other: Holder) -> bool:
        """Whether this is the same step after its job has lost the owner of that attempt."""
        return (self.job, self.path) == (other.job, other.path) and self.epoch > other.epoch


def is_lost(lease: str, *, stands: Stands) -> bool:
    """Whether a lease, as `Holder.lease` writes it, is over; of anything else nobody knows."""
    if len(lease) != _LEASE_DIGITS:
        return False
    return not stands(UUID(lease[:_JOB_DIGITS]), int(lease[_JOB_DIGITS:], 16))
