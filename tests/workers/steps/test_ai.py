"""The `ai` step against all providers: their real libraries, their wire formats, a server on the loopback address."""

from __future__ import annotations

from typing import Any

import pytest

from backend.catalog.ai import BudgetVerdict
from backend.catalog.connectors import ConnectorType, Outside
from backend.catalog.steps import StepFailed
from backend.common.egress import EgressPolicy
from tests.fakes.ai import PROVIDERS, AiServer, Asked, Reply
from tests.workers.steps.fakes import FakeContext
from workers.steps.ai import Ai, AiConfig

SCHEMA = {
    "type": "object",
    "properties": {"type": {"enum": ["invoice", "contract"]}, "confidence": {"type": "number"}},
    "required": ["type"],
}
every_provider = pytest.mark.parametrize("provider", PROVIDERS)


def context_of(ai: AiServer, *providers: str, **more: Any) -> FakeContext:
    return FakeContext(connectors={name: (name, ai.config(name)) for name in providers}, **more)


def ask(context: FakeContext, provider: str, **config: Any) -> Any:
    return Ai().run(AiConfig(connector=provider, **{"prompt": "Hi", **config}), context).output


def failure(context: FakeContext, provider: str, **config: Any) -> StepFailed:
    with pytest.raises(StepFailed) as caught:
        ask(context, provider, **config)
    return caught.value


@every_provider
def test_the_same_step_gives_the_same_answer_and_usage(ai: AiServer, provider: str) -> None:
    """C-34: one contract for all providers."""
    ai.replies = [Reply("Good day.", prompt_tokens=21, completion_tokens=4)]
    context = context_of(ai, provider)

    assert ask(context, provider, system="Be kind.", temperature=0, max_tokens=50) == "Good day."
    (usage,) = context.usage
    assert (usage.provider, usage.prompt_tokens, usage.completion_tokens) == (provider, 21, 4)
    assert usage.model == (ai.config(provider).get("model"))
    assert "Be kind." in ai.asked[0].text
    assert any("21 + 4 tokens" in line for line in context.lines)
    assert not any(ai.asked[0].body.get(name) for name in ("stream", "tools"))


@every_provider
def test_a_schema_goes_along_in_the_providers_own_way(ai: AiServer, provider: str) -> None:
    ai.replies = [Reply('{"type": "invoice", "confidence": 0.9}')]

    assert ask(context_of(ai, provider), provider, json_schema=SCHEMA) == {"type": "invoice", "confidence": 0.9}

    body = ai.asked[0].body
    found = {
        "gemini": lambda: body["generationConfig"]["responseMimeType"],
        "ollama": lambda: body["format"]["required"],
        "anthropic": lambda: body["tools"][0]["input_schema"]["required"],
    }.get(provider, lambda: body["response_format"]["json_schema"]["schema"]["required"])()
    assert found in (["type"], "application/json")


@every_provider
def test_a_wrong_key_is_no_reason_to_try_again(ai: AiServer, provider: str) -> None:
    """C-34: auth, and one request."""
    ai.replies = [Reply(status=401, error="Incorrect key")]

    error = failure(context_of(ai, provider), provider)

    assert (error.error_type, error.retryable) == ("auth", False)
    assert "401" in error.message
    assert len(ai.asked) == 1


@every_provider
def test_too_many_requests_wait_as_long_as_the_provider_says(ai: AiServer, provider: str) -> None:
    """C-34: 429 with Retry-After."""
    ai.replies = [Reply(status=429, error="Slow down", headers={"Retry-After": "3"})]

    error = failure(context_of(ai, provider), provider)

    assert (error.error_type, error.retryable, error.retry_after) == ("rate_limit", True, 3.0)
    assert len(ai.asked) == 1


@every_provider
def test_a_server_that_is_away_is_named(ai: AiServer, provider: str) -> None:
    """C-34: the error names the address."""
    context = context_of(ai, provider)
    ai.server_close()

    error = failure(context, provider)

    assert (error.error_type, error.retryable) == ("network", True)
    assert ai.url in error.message


@every_provider
def test_the_guard_is_not_passed_by(ai: AiServer, provider: str) -> None:
    error = failure(context_of(ai, provider, allow=()), provider)

    assert (error.error_type, error.retryable) == ("egress_denied", False)
    assert "STEPGRAPH_EGRESS_ALLOW=127.0.0.1:" in error.message
    assert ai.asked == []


@every_provider
def test_a_redirect_is_not_followed_with_the_key(ai: AiServer, provider: str) -> None:
    ai.replies = [Reply(status=307, error="moved", headers={"Location": "http://127.0.0.1:9/steal"})]

    failure(context_of(ai, provider), provider)

    assert len(ai.asked) == 1


@every_provider
def test_a_slow_answer_ends_with_the_steps_time(ai: AiServer, provider: str) -> None:
    """C-36: a timeout after the step's own time."""
    ai.replies = [Reply("late", delay=3)]

    error = failure(context_of(ai, provider, timeout=0.4), provider)

    assert (error.error_type, error.retryable) == ("timeout", True)


@every_provider
def test_errors_of_the_provider_are_tried_again(ai: AiServer, provider: str) -> None:
    ai.replies = [Reply(status=503, error="overloaded")]

    error = failure(context_of(ai, provider), provider)

    assert (error.error_type, error.retryable) == ("http_503", True)
    assert "overloaded" in error.message


@every_provider
def test_too_long_a_prompt_is_told_as_such(ai: AiServer, provider: str) -> None:
    ai.replies = [Reply(status=400, error="This model's maximum context length is 8192 tokens.")]

    assert failure(context_of(ai, provider), provider).error_type == "context_length"


@pytest.mark.parametrize("provider", ["openai", "azure_openai", "gemini", "anthropic"])
def test_withheld_answers_are_told_and_counted(ai: AiServer, provider: str) -> None:
    ai.replies = [Reply("", finish="filter")]
    context = context_of(ai, provider)

    assert failure(context, provider).error_type == "content_filter"
    assert len(context.usage) == 1


@every_provider
def test_an_answer_can_be_watched_as_it_comes(ai: AiServer, provider: str) -> None:
    ai.replies = [Reply("First line.\nSecond line.\nThird", prompt_tokens=5, completion_tokens=9)]
    context = context_of(ai, provider)

    assert ask(context, provider, stream=True) == "First line.\nSecond line.\nThird"
    assert "".join(piece["text"] for piece in context.progressed) == "First line.\nSecond line.\nThird"
    assert len(context.progressed) > 2
    assert context.lines[0] == "info: First line.\nSecond line.\nThird"
    assert (context.usage[0].prompt_tokens, context.usage[0].completion_tokens) == (5, 9)


@every_provider
def test_an_answer_that_is_no_json_is_asked_for_once_more(ai: AiServer, provider: str) -> None:
    """C-36: one repair round, counted; fences are no matter."""
    again = '{"type": "invoice"}'
    fenced = again if provider == "anthropic" else f"```json\n{again}\n```"
    ai.replies = [Reply("Sure! It is an invoice."), Reply(fenced)]
    context = context_of(ai, provider)

    assert ask(context, provider, json_schema=SCHEMA) == {"type": "invoice"}
    assert [usage.purpose for usage in context.usage] == ["answer", "repair"]
    assert "it is not JSON" in ai.asked[1].text
    assert "Sure! It is an invoice." in ai.asked[1].text


def test_an_answer_that_never_fits_fails_with_the_field(ai: AiServer) -> None:
    """C-36: the failure names the field."""
    ai.replies = [Reply('{"confidence": 1}')]
    context = context_of(ai, "openai")

    error = failure(context, "openai", json_schema=SCHEMA)

    assert (error.error_type, error.retryable) == ("schema", False)
    assert "'type' is a required property" in error.message
    assert len(context.usage) == 2


def test_a_server_without_schemas_is_asked_in_its_json_mode(ai: AiServer) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.body["response_format"]["type"] == "json_schema":
            return Reply(status=400, error="response_format json_schema is not supported")
        return Reply('{"type": "contract"}')

    ai.answer = answer

    assert ask(context_of(ai, "openai_compatible"), "openai_compatible", json_schema=SCHEMA) == {"type": "contract"}
    assert "It must fit this JSON Schema" in ai.asked[1].body["messages"][0]["content"]


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@every_provider
def test_images_go_along(ai: AiServer, provider: str) -> None:
    context = context_of(ai, provider)
    ref = context.files.save("scan.png", "image/png", PNG)

    ask(context, provider, files=[ref])

    assert "iVBORw0KGgo" in ai.asked[0].text


def test_text_files_are_put_into_the_prompt_and_others_are_refused_with_advice(ai: AiServer) -> None:
    context = context_of(ai, "ollama")
    text = context.files.save("note.txt", "text/plain", b"remember the milk")
    word = context.files.save("x.docx", "application/vnd.openxmlformats", b"PK")

    ask(context, "ollama", files=text)
    error = failure(context, "ollama", files=word)

    assert "remember the milk" in ai.asked[0].text
    assert "document step" in error.hint


def test_a_budget_that_is_used_up_blocks_or_takes_the_cheaper_model(ai: AiServer) -> None:
    context = context_of(ai, "openai", "ollama", budget=BudgetVerdict("block", "The budget is used up."))
    assert failure(context, "openai").error_type == "budget"
    assert ai.asked == []

    context.budget = BudgetVerdict("downgrade", "The budget is used up.")
    assert failure(context, "openai").error_type == "budget"
    ask(context, "openai", fallbacks=[{"connector": "ollama", "model": "tiny"}])

    assert [(asked.provider, asked.body["model"]) for asked in ai.asked] == [("ollama", "tiny")]


@every_provider
def test_the_test_button_says_what_is_wrong_and_what_is_right(ai: AiServer, provider: str) -> None:
    kind = ConnectorType.registry.get(provider)

    def tested(*allow: str) -> Any:
        config = kind.Config.model_validate(ai.config(provider))
        return kind(config, outside=Outside(EgressPolicy.from_words(allow))).test()

    assert tested("127.0.0.0/8").ok is True
    assert "STEPGRAPH_EGRESS_ALLOW" in tested().message
    ai.replies = [Reply(status=401, error="bad key")]
    assert tested("127.0.0.0/8").hint.startswith("Check the key")


def test_a_schema_that_is_none_is_found_before_it_runs() -> None:
    config = AiConfig(connector="x", prompt="x", json_schema={"type": "objekt"})

    assert Ai.check(config)[0].path == "json_schema"


# --- the provider without a model -----------------------------------------------------------------------------------

RULES = {
    "keywords": {"invoice": ["invoice", "Rechnung", "total due"], "contract": ["agreement", "Vertrag"]},
    "labels": {"total": ["Gesamtbetrag", "total"], "number": ["invoice no", "Rechnung Nr"], "due_date": ["due"]},
    "answers": [{"contains": ["ping"], "answer": "pong"}],
}


def ask_rules(prompt: str, schema: dict[str, Any] | None = None) -> Any:
    context = FakeContext(connectors={"rules": ("rules", RULES)})
    return ask(context, "rules", prompt=prompt, **({"json_schema": schema} if schema else {}))


def test_rules_choose_by_keywords() -> None:
    schema = {"type": "object", "properties": {**SCHEMA["properties"], "reason": {"type": "string"}}}

    sure = ask_rules("INVOICE no 7. Total due: 5", schema)
    unsure = ask_rules("Dear Sir", schema)

    assert sure == {"type": "invoice", "confidence": 0.85, "reason": "It says invoice, total due."}
    assert unsure["confidence"] == 0


def test_rules_read_fields_and_rows() -> None:
    row = {"type": "object", "properties": {
        "description": {"type": "string"}, "quantity": {"type": "number"}, "price": {"type": "number"}}}  # fmt: skip
    schema = {"type": "object", "properties": {
        "number": {"type": "string"}, "total": {"type": "number"}, "due_date": {"type": "string", "format": "date"},
        "lines": {"type": "array", "items": row}}}  # fmt: skip
    lines = "Schrauben M4   10   1,50 €\nBohrer | 2 | 1.234,00"
    text = f"Rechnung Nr: R-7\n{lines}\nGesamtbetrag: 2.483,00 EUR\nDue: 2026-03-31"

    assert ask_rules(text, schema) == {
        "number": "R-7",
        "total": 2483.0,
        "due_date": "2026-03-31",
        "lines": [
            {"description": "Schrauben M4", "quantity": 10.0, "price": 1.5},
            {"description": "Bohrer", "quantity": 2.0, "price": 1234.0},
        ],
    }


def test_rules_look_no_further_than_a_value_reaches() -> None:
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}

    # Looked through by its square, the line would not end within any test's time.
    assert ask_rules(f"Total: x{' ' * 100_000}y\nTotal: 7", schema) == {"total": 7}


def test_rules_give_fixed_answers_and_summaries() -> None:
    assert ask_rules("please PING me") == "pong"
    assert ask_rules("One. Two. Three. Four.") == "One. Two. Three."
    assert ask_rules("x", {"type": "object", "properties": {"n": {"type": ["number", "null"]}}}) == {"n": None}
