"""What a caller of a webhook can be told; each in the one error shape of the API, with the headers it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.common.errors import AppError


class Refusal(AppError):
    """The call was not accepted; no job was started."""

    status = 400
    error = "Not accepted"

    def __init__(self, detail: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.headers = dict(headers or {})


class NoWebhook(Refusal):
    """There is no webhook at this address. Check the address; it changes when its token is rotated."""

    status = 404
    error = "Not found"


class NothingPublished(Refusal):
    """The workflow has no published version. Publish it, then call again."""

    status = 409
    error = "Nothing published"


class MethodRefused(Refusal):
    """The webhook does not accept this method."""

    status = 405
    error = "Method not allowed"

    def __init__(self, method: str, *, allowed: Sequence[str]) -> None:
        names = ", ".join(allowed)
        super().__init__(f"The webhook does not accept {method}. It accepts {names}.", headers={"Allow": names})


class AddressRefused(Refusal):
    """Your address is not in the webhook's list of allowed addresses."""

    status = 403
    error = "Forbidden"


class LengthRequired(Refusal):
    """Send the body with a Content-Length header instead of in chunks."""

    status = 411
    error = "Length required"


class TooManyCalls(Refusal):
    """The webhook is called more often than its rate limit allows."""

    status = 429
    error = "Too many requests"

    def __init__(self, *, limit: int, seconds: int) -> None:
        detail = f"The webhook accepts {limit} calls a minute. Try again in {seconds} s."
        super().__init__(detail, headers={"Retry-After": str(seconds)})


class TooManyJobs(Refusal):
    """As many jobs of this webhook are going on as it allows."""

    status = 429
    error = "Too many requests"

    def __init__(self, *, limit: int) -> None:
        jobs = "one job" if limit == 1 else f"{limit} jobs"
        detail = f"The webhook allows {jobs} at the same time. Try again when one has ended."
        super().__init__(detail, headers={"Retry-After": "5"})


class CallerUnknown(Refusal):
    """The call does not prove where it comes from."""

    status = 401
    error = "Unauthorized"


class NotNow(Refusal):
    """The database is not available right now, so no job was started. Try again shortly."""

    status = 503
    error = "Unavailable"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})
