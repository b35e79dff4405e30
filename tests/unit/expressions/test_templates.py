"""Templates: what is filled in, how it is written in each context, and that nothing is read twice."""

from __future__ import annotations

import pytest

from backend.expressions import ExpressionError, compile_template, render, value_templates, value_texts
from tests.unit.expressions.helpers import environment

SCOPE = {
    "name": "Ann",
    "batches": [[1], [2]],
    "order": {"id": 7, "note": "ş"},
    "nothing": None,
    "sneaky": "{{ name }}",
    "html": "<b>&'\"",
    "path": "a/b c?d",
    "up": "..",
    "line": "a\r\nX-Evil: 1",
    "base": "https://api.example.com/v1",
    "host": "api.example.com:8080",
    "evil": "evil.org/#",
}


def fill(text, context="text"):
    return compile_template(text, context=context).render(SCOPE, environment=environment())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("Hello {{ name }}!", "Hello Ann!"),
        ("{{name}}{{ name }}", "AnnAnn"),
        ("{{ batches }}", [[1], [2]]),
        ("{{ nothing }}", None),
        ("{{ 1 == 1 }}", True),
        (" {{ batches }}", " [[1], [2]]"),
        ("a{{ nothing }}b{{ true }}{{ 1.5 }}", "abtrue1.5"),
        ("Order: {{ order }}", 'Order: {"id": 7, "note": "ş"}'),
        ("{{ {'a': {'b': 1}} }}", {"a": {"b": 1}}),
        ("{{{'a':{'b':1}}}}", {"a": {"b": 1}}),
        ("{{ '}}' }} and {{ \"{{\" }}", "}} and {{"),
        ("{{ f'{{{name}}}' }}", "{Ann}"),
        ("{{{{ name }}", "{{ name }}"),
        ('{"a":{"b":{"c":{{ order.id }}}}}', '{"a":{"b":{"c":7}}}'),
        ("{{ sneaky }} {{ sneaky }}", "{{ name }} {{ name }}"),
        ("{{ sneaky }}", "{{ name }}"),
        ("at {{ now() }}", "at 2026-01-30T14:30:00+00:00"),
        ("}} alone { }", "}} alone { }"),
    ],
)
def test_text(text, expected):
    assert fill(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "https://x.org/items/{{ path }}?q={{ path }}&n={{ order.id }}",
            "https://x.org/items/a%2Fb%20c%3Fd?q=a%2Fb%20c%3Fd&n=7",
        ),
        ("{{ base }}/users/{{ name }}", "https://api.example.com/v1/users/Ann"),
        ("{{ base }}", "https://api.example.com/v1"),
        ("http://{{ host }}/x", "http://api.example.com:8080/x"),
        ("https://x.org/{{ nothing }}", "https://x.org/"),
        ("https://x.org/?a={{ order.note }}", "https://x.org/?a=%C5%9F"),
    ],
)
def test_url(text, expected):
    assert fill(text, "url") == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://{{ evil }}.example.com/",
        "https://x.org{{ path }}",
        "https://x.org/{{ up }}/admin",
        "https://x.org/{{ up[0] }}{{ up[0] }}/admin",
        "{{ line }}/x",
    ],
)
def test_url_refuses_data_that_would_lead_elsewhere(text):
    with pytest.raises(ExpressionError) as caught:
        fill(text, "url")

    assert caught.value.code == "value"


@pytest.mark.parametrize(
    ("text", "dynamic"),
    [
        ("https://x.org/{{ path }}", False),
        ("https://x.org/", False),
        ("{{ base }}/x", True),
        ("https://{{ host }}/x", True),
        ("https://x.org{{ path }}", True),
    ],
)
def test_url_tells_whether_data_decides_the_host(text, dynamic):
    assert compile_template(text, context="url").host_is_dynamic is dynamic


def test_html_is_escaped_also_when_the_template_stands_alone():
    assert fill("{{ html }}", "html") == "&lt;b&gt;&amp;&#x27;&quot;"
    assert fill("<p>{{ html }}</p>", "html") == "<p>&lt;b&gt;&amp;&#x27;&quot;</p>"


def test_header_refuses_a_line_break_and_is_always_text():
    with pytest.raises(ExpressionError) as caught:
        fill("Bearer {{ line }}", "header")

    assert caught.value.code == "value"
    assert fill("{{ order.id }}", "header") == "7"


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("abc {{ name", "syntax", 4),
        ("{{ }}", "syntax", 2),
        ("{{ it's }} x", "syntax", None),
        ("abc {{ nam }}", "unknown_name", 7),
        ("{{ name }} {{ 1 / 0 }}", "arithmetic", 14),
        ("{{ name + }}", "syntax", None),
        ("{{ 'a" + "x" * 5000 + "' }}", "syntax", 0),
    ],
)
def test_mistake(text, code, position):
    with pytest.raises(ExpressionError) as caught:
        fill(text)

    assert caught.value.code == code
    if position is not None:
        assert caught.value.position == position


def test_render_fills_every_string_of_a_value_and_leaves_the_value_alone():
    value = {"a": ["{{ order.id }}", "id {{ order.id }}", 5, None], "{{ name }}": {"b": "{{ batches }}"}}

    made = render(value, SCOPE, context="json", environment=environment())

    assert made == {"a": [7, "id 7", 5, None], "{{ name }}": {"b": [[1], [2]]}}
    assert value["a"][0] == "{{ order.id }}"
    made["{{ name }}"]["b"].append(3)
    assert SCOPE["batches"] == [[1], [2]]


def test_templates_of_a_value_are_found_with_their_paths():
    value = {"url": "{{ base }}/x", "rows": [{"a": "{{ order.id }}"}, "plain", "{{{{ x"]}

    found = [(path, sorted(template.names)) for path, template in value_templates(value)]

    assert found == [("url", ["base"]), ("rows[0].a", ["order"])]
    assert [path for path, _ in value_texts({"a": "{{ 1 +"}, path="config")] == ["config.a"]


def test_a_template_knows_what_it_reads():
    template = compile_template("{{ a.b }} {{ [x.c for x in d['e']] }} {{ a.b }}")

    assert template.paths == (("a", "b"), ("d", "e"))
    assert template.names == {"a", "d"}
    assert not template.is_plain
    assert compile_template("x {{{{ y").is_plain


def test_an_unknown_context_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="context"):
        compile_template("{{ x }}", context="shell")
