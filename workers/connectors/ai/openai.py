"""OpenAI."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from backend.catalog.ai import ChatRequest, ModelConfig
from backend.catalog.fields import Secret
from workers.connectors.ai._openai import OpenAiProtocol, with_path

if TYPE_CHECKING:
    from openai import OpenAI as Client


class OpenAiConfig(ModelConfig):
    """The form."""

    api_key: Secret = Field(title="API key", description="From the account's settings; begins with sk-.")
    base_url: str = Field(
        default="https://api.openai.com/v1",
        max_length=1000,
        title="Address",
        description="Change it only for a proxy of your own.",
    )


class OpenAi(OpenAiProtocol[OpenAiConfig], type="openai"):
    """Models of OpenAI, by its API."""

    label = "OpenAI"
    icon = "brand-openai"
    Config = OpenAiConfig
    provider = "OpenAI"
    sends_files = True
    max_tokens_name: ClassVar[str] = "max_completion_tokens"

    @property
    def address(self) -> str:
        """The base URL."""
        return with_path(self.config.base_url)

    def client(self, request: ChatRequest) -> Client:
        """One without retries of its own: the step's are counted and shown."""
        from openai import OpenAI as Client

        from backend.common.egress.sdk import guarded_client

        http = guarded_client(self.outside.policy, seconds=request.timeout, cancelled=request.cancelled)
        key = self.config.api_key.get_secret_value()
        return Client(api_key=key, base_url=self.address, max_retries=0, timeout=request.timeout, http_client=http)
