"""Three providers of language models, each in its own protocol, with one small model behind: rules that never vary."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from examples.stand_ins.models import Reply, written

routes = Blueprint("models", __name__, url_prefix="/ai")
_KINDS = {"invoice": ("invoice", "amount due"), "contract": ("agreement", "the parties"), "report": ("findings",)}
_LINE = re.compile(r"^\s*(?P<quantity>\d+) x (?P<description>.+?) at (?P<price>[\d.]+)\s*$", re.MULTILINE)


@routes.post("/<any(openai, gemini, ollama):provider>/<path:rest>")
def chat(provider: str, rest: str) -> ResponseReturnValue:
    """The model's answer to a conversation, whole or streamed."""
    body = request.get_json()
    prompt = prompt_of(body)
    text = answer(prompt, wants_json=wants_json(body))
    reply = Reply(text, prompt_tokens=len(prompt.split()), completion_tokens=len(text.split()))
    data, content_type = written(provider, reply, body=body, path=rest)
    return Response(data, content_type=content_type)


def prompt_of(body: dict[str, Any]) -> str:
    """What the person said last."""
    if "contents" in body:  # Gemini
        return "\n".join(part.get("text", "") for part in body["contents"][-1]["parts"])
    content = body["messages"][-1]["content"]
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


def wants_json(body: dict[str, Any]) -> bool:
    """Whether the answer has to follow a schema, in the words of each protocol."""
    generation = body.get("generationConfig") or {}
    return bool(body.get("response_format") or body.get("format") or generation.get("responseMimeType"))


def answer(prompt: str, *, wants_json: bool) -> str:
    """A kind where kinds are asked for, lines where there are some, else the first two sentences."""
    if not wants_json:
        document = prompt.partition("\n")[2] or prompt
        return " ".join(re.split(r"(?<=[.!?])\s+", document.strip())[:2])
    if "what kind" in prompt.casefold():
        return json.dumps(kind_of(prompt))
    lines = [
        {"description": found["description"], "quantity": int(found["quantity"]), "price": float(found["price"])}
        for found in _LINE.finditer(prompt)
    ]
    return json.dumps({"lines": lines})


def kind_of(prompt: str) -> dict[str, Any]:
    """The first kind whose words are there."""
    document = prompt.partition("\n")[2].casefold()
    found = next((kind for kind, words in _KINDS.items() if any(word in document for word in words)), "unsure")
    return {"type": found, "confidence": 0.3 if found == "unsure" else 0.95}
