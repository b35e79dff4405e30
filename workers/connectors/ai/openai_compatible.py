"""Any server that speaks OpenAI's protocol."""

from __future__ import annotations

from workers.connectors.ai._compatible import CompatibleProtocol


class OpenAiCompatible(CompatibleProtocol, type="openai_compatible"):
    """Any other provider or server with OpenAI's protocol, such as vLLM, llama.cpp, Groq, Mistral or OpenRouter."""

    label = "OpenAI-compatible"
    icon = "plug-connected"
    provider = "The server"
    sends_files = False
