from __future__ import annotations

from backend.workflows.format import Definition
from backend.workflows.graph import Ref, build, find_cycles, topological


def graph_of(*steps):
    return build(Definition.model_validate({"steps": [{"type": "script", **step} for step in steps]}))


def test_a_reference_names_a_port_or_means_next():
    assert Ref.parse("fetch") == Ref("fetch", "next")
    assert Ref.parse("check.true") == Ref("check", "true")
    assert str(Ref("fetch")) == "fetch"


def test_scopes_dependents_and_entries():
    graph = graph_of(
        {"id": "a"},
        {"id": "each", "after": ["a"]},
        {"id": "inner", "parent": "each"},
        {"id": "second", "parent": "each", "after": ["inner.done"]},
        {"id": "undo"},
        {"id": "end", "after": ["each", "a.error"], "compensate": "undo", "output": "final"},
    )

    assert graph.scopes == {None: ("a", "each", "undo", "end"), "each": ("inner", "second")}
    assert graph.dependents["a"] == ("each", "end")
    assert graph.entries() == ("a",)
    assert graph.entries("each") == ("inner",)
    assert graph.nodes["end"].output == "final"
    assert graph.nodes["second"].after == (Ref("inner", "done"),)
    assert graph.descendants("each") == {"inner", "second"}


def test_ancestors_include_those_of_the_containers():
    graph = graph_of(
        {"id": "a"},
        {"id": "b"},
        {"id": "each", "after": ["a"]},
        {"id": "first", "parent": "each"},
        {"id": "second", "parent": "each", "after": ["first"]},
    )

    assert graph.ancestors("second") == {"a", "first"}
    assert graph.ancestors("b") == frozenset()


def test_topological_order_leaves_out_cycles():
    graph = graph_of(
        {"id": "end", "after": ["b"]},
        {"id": "b", "after": ["a"]},
        {"id": "a"},
        {"id": "x", "after": ["y"]},
        {"id": "y", "after": ["x", "x.error"]},
    )

    assert topological(graph) == ("a", "b", "end")


def test_every_knot_is_found_as_a_path_in_the_direction_of_the_flow():
    graph = graph_of(
        {"id": "a", "after": ["c"]},
        {"id": "b", "after": ["a"]},
        {"id": "c", "after": ["b"]},
        {"id": "behind", "after": ["c"]},
        {"id": "self", "after": ["self"]},
    )

    assert sorted(find_cycles(graph)) == [("a", "b", "c", "a"), ("self", "self")]


def test_references_to_nothing_lead_nowhere():
    graph = graph_of({"id": "a", "after": ["ghost"]})

    assert graph.ancestors("a") == frozenset()
    assert topological(graph) == ("a",)
