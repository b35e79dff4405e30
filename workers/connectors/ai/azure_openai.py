"""Azure OpenAI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from backend.catalog.ai import ChatRequest, ModelConfig
from backend.catalog.fields import Secret
from workers.connectors.ai._openai import OpenAiProtocol

if TYPE_CHECKING:
    from openai import AzureOpenAI as Client


class AzureConfig(ModelConfig):
    """The form."""

    endpoint: str = Field(
        min_length=1, max_length=1000, title="Endpoint", description="Such as https://NAME.openai.azure.com."
    )
    api_key: Secret = Field(title="API key", description="One of the resource's two keys.")
    deployment: str = Field(min_length=1, max_length=200, title="Deployment", description="The name that you gave it.")
    api_version: str = Field(
        default="2024-10-21", min_length=1, max_length=40, title="API version", description="Of Azure's API."
    )


class AzureOpenAi(OpenAiProtocol[AzureConfig], type="azure_openai"):
    """Models of OpenAI in a resource of your own at Azure."""

    label = "Azure OpenAI"
    icon = "brand-azure"
    Config = AzureConfig
    provider = "Azure OpenAI"

    @property
    def address(self) -> str:
        """The resource."""
        return self.config.endpoint.rstrip("/")

    def model_of(self, request: ChatRequest) -> str:
        """The deployment decides; the model's name is for people and for prices."""
        return request.model or self.config.model or self.config.deployment

    def client(self, request: ChatRequest) -> Client:
        """One without retries of its own."""
        from openai import AzureOpenAI as Client

        from backend.common.egress.sdk import guarded_client

        return Client(
            azure_endpoint=self.address,
            azure_deployment=self.config.deployment,
            api_key=self.config.api_key.get_secret_value(),
            api_version=self.config.api_version,
            max_retries=0,
            timeout=request.timeout,
            http_client=guarded_client(self.outside.policy, seconds=request.timeout, cancelled=request.cancelled),
        )
