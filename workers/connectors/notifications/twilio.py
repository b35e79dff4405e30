"""SMS by Twilio."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from pydantic import Field

from backend.catalog.connectors import ConnectorConfig, TestResult
from backend.catalog.fields import Secret
from workers.connectors.notifications._base import FAILED, Delivery, Message, Notifier
from workers.http.auth.simple import Basic
from workers.http.request import Request

_LONGEST = 1_600  # characters that Twilio takes


class TwilioConfig(ConnectorConfig):
    """The form of a Twilio account."""

    account_sid: str = Field(min_length=1, title="Account SID", examples=["AC00000000000000000000000000000000"])
    auth_token: Secret = Field(title="Auth token", description="Of the account.")
    from_: str = Field(alias="from", min_length=1, title="From", examples=["+15005550006"])
    to: list[str] | None = Field(default=None, title="Recipients", description="Who gets it where a step does not say.")
    base_url: str = Field(default="https://api.twilio.com", title="Base address", description="Of another region.")


class Twilio(Notifier[TwilioConfig], type="twilio"):
    """Sends text messages to telephones."""

    label = "SMS (Twilio)"
    icon = "device-mobile-message"
    Config = TwilioConfig

    def send(self, message: Message, recipients: Sequence[str]) -> list[Delivery]:
        """One message for each number."""
        numbers = recipients or self.config.to or ()
        if not numbers:
            return [Delivery("", FAILED, "There is no telephone number: fill in `to`.")]
        return [self._one(message, number) for number in numbers]

    def test(self) -> TestResult:
        """Asks for the account, which costs nothing."""
        request = Request("GET", f"{self._account}.json")
        delivery = self.deliver(request, recipient="", authentication=self._basic)
        return TestResult(delivery.status != FAILED, delivery.error or "The account accepts the token.")

    def _one(self, message: Message, number: str) -> Delivery:
        form = {"To": number, "From": self.config.from_, "Body": message.whole[:_LONGEST]}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        request = Request("POST", f"{self._account}/Messages.json", headers, urlencode(form).encode())
        return self.deliver(request, recipient=number, authentication=self._basic)

    @property
    def _account(self) -> str:
        sid = quote(self.config.account_sid, safe="")
        return f"{self.config.base_url.rstrip('/')}/2010-04-01/Accounts/{sid}"

    @property
    def _basic(self) -> Basic:
        return Basic(self.config.account_sid, self.config.auth_token.get_secret_value())
