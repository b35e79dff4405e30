"""The protocols of model providers: what a model says, in the words of each."""

from __future__ import annotations

from typing import Any

from examples.stand_ins.models import anthropic, gemini, ollama, openai
from examples.stand_ins.models.reply import Reply

__all__ = ["Reply", "failed", "written"]

_PROTOCOLS = {"gemini": gemini.written, "ollama": ollama.written, "anthropic": anthropic.written}


def written(provider: str, reply: Reply, *, body: dict[str, Any], path: str) -> tuple[bytes, str]:
    """An answer to this request, and its content type; providers that are not known speak as OpenAI does."""
    return _PROTOCOLS.get(provider, openai.written)(reply, body, path)


def failed(provider: str, reply: Reply) -> dict[str, Any]:
    """The body of an answer that is an error."""
    if provider == "ollama":
        return {"error": reply.error}
    if provider == "gemini":
        return {"error": {"code": reply.status, "message": reply.error, "status": reply.code or "INTERNAL"}}
    if provider == "anthropic":
        return {"type": "error", "error": {"type": reply.code or "api_error", "message": reply.error}}
    return {"error": {"message": reply.error, "type": "error", "param": None, "code": reply.code or None}}
