"""What the providers have in common that speak OpenAI's protocol at an address of the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from backend.catalog.ai import ChatRequest, ModelConfig
from backend.catalog.fields import Secret
from workers.connectors.ai._openai import OpenAiProtocol, with_path

if TYPE_CHECKING:
    from openai import OpenAI as Client

_NO_KEY = "none"  # the library insists on one; servers without keys ignore it


class CompatibleConfig(ModelConfig):
    """The form."""

    base_url: str = Field(
        min_length=1, max_length=1000, title="Address", description="With the path, such as http://127.0.0.1:1234/v1."
    )
    api_key: Secret | None = Field(default=None, title="API key", description="If the server wants one.")


class CompatibleProtocol(OpenAiProtocol[CompatibleConfig]):
    """A server with an address and perhaps a key."""

    Config = CompatibleConfig

    @property
    def address(self) -> str:
        """The base URL."""
        return with_path(self.config.base_url)

    def client(self, request: ChatRequest) -> Client:
        """One without retries of its own."""
        from openai import OpenAI as Client

        from backend.common.egress.sdk import guarded_client

        http = guarded_client(self.outside.policy, seconds=request.timeout, cancelled=request.cancelled)
        key = self.config.api_key.get_secret_value() if self.config.api_key else _NO_KEY
        return Client(api_key=key, base_url=self.address, max_retries=0, timeout=request.timeout, http_client=http)
