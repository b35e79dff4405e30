"""The contract of scripts, as a table: what a script sees, and what becomes its result.

What only the interpreter and our harness decide is asked of each pair of them once; what passes through a wall (the
log, much output, large values) of every wall.
"""

from __future__ import annotations

from typing import Any

import pytest

from sandboxes.model import Execution, Status
from sandboxes.runner import run

TRICKY = "Zoë \U0001f600 \"quoted\" 'single' $(touch pwned) `touch pwned` ${HOME} \\n \\ %s\nsecond line"
CONTEXT: dict[str, Any] = {
    "name": TRICKY,
    "order": {"id": 7, "customer": {"name": "Ann"}, "lines": [{"sku": "a"}]},
    "count": 3,
    "nothing": None,
    "flag": True,
}

RESULTS = [
    # Python
    ("python", "return name", TRICKY),
    ("python", "return {'hello': name, 'n': count}", {"hello": TRICKY, "n": 3}),
    ("python", "return order.customer.name + order.lines[0].sku + context.order['customer']['name']", "AnnaAnn"),
    ("python", "return [nothing, flag]", [None, True]),
    ("python", "if flag:\n    return None\nresult = 5", None),
    ("python", "if not flag:\n    return 1\nresult = 5", 5),
    ("python", "def f():\n    return total + 1\ntotal: int = 4\nreturn f()", 5),
    ("python", "total = 1\ndef f():\n    global total\n    total += 1\nf()\nreturn total", 2),
    ("python", "try:\n    return 1\nexcept:\n    return 2\nfinally:\n    print('x')", 1),
    ("python", "return [f(n) for n in range(2) for f in [lambda v: v + n]]", [0, 2]),
    ("python", "def main(context):\n    return context['count']", 3),
    ("python", "def main():\n    return count\nresult = 9", 3),
    ("python", "async def main(context):\n    return context.count", 3),
    ("python", "def main(context):\n    pass\nresult = 4", 4),
    ("python", "def main():\n    print('[1]')\nif __name__ == '__main__':\n    main()", [1]),
    ("python", "result = count * 2\nprint('log')", 6),
    ("python", "result = None\nprint('3')", None),
    ("python", "import json, os\njson.dump({'a': 1}, open(os.environ['SG_OUTPUT'], 'w'))\nprint(2)", {"a": 1}),
    ("python", "print('first')\nprint('[1, 2]')", [1, 2]),
    ("python", "print('{')\nprint('}')", {}),
    ("python", "print('just'); print('text')", "just\ntext"),
    ("python", "import sys\nreturn '__builtins__' in sys._getframe().f_globals", True),
    ("python", "x = 1", None),
    ("python", "import sys\nresult = 8\nsys.exit(0)", 8),
    ("python", "import threading\nr = []\nthreading.Timer(0.1, lambda: r.append(1)).start()\nresult = r", [1]),
    # JavaScript
    ("javascript", "return name", TRICKY),
    ("javascript", "return {hello: context.name, n: count}", {"hello": TRICKY, "n": 3}),
    ("javascript", "return order.customer.name + order.lines[0].sku", "Anna"),
    ("javascript", "return [nothing, flag]", [None, True]),
    ("javascript", "return null; // done", None),
    ("javascript", "const value = await Promise.resolve(4);\nreturn value", 4),
    ("javascript", "await new Promise((done) => setTimeout(done, 20));\nresult = 6", 6),
    ("javascript", "function main(context) { return context.count }", 3),
    ("javascript", "async function main(context) { return context.count }\nconst result = 1", 3),
    ("javascript", "async function main() { console.log('[1]') }\nmain()", [1]),
    ("javascript", "const result = count * 2;\nconsole.log('log')", 6),
    ("javascript", "var result = [count] // trailing", [3]),
    ("javascript", "require('fs').writeFileSync(process.env.SG_OUTPUT, '{\"a\": 1}')", {"a": 1}),
    ("javascript", "console.log('first'); console.log('[1, 2]')", [1, 2]),
    ("javascript", "setTimeout(() => console.log('{\"late\": true}'), 20)", {"late": True}),
    ("javascript", "console.log('just'); console.log('text')", "just\ntext"),
    ("javascript", "let x = 1", None),
    ("javascript", "const os = await import('node:os');\nreturn typeof os.cpus", "function"),
    # Bash
    ("bash", "result=$SG_NAME", TRICKY),
    ("bash", 'printf "%s" "$SG_NAME" > copy; result=$(cat copy)', TRICKY),
    ("bash", "bash -c 'echo \"$SG_COUNT\"'", 3),
    ("bash", 'echo "[$SG_FLAG, \\"$SG_NOTHING\\"]"', [True, ""]),
    ("bash", "result=$SG_ORDER", CONTEXT["order"]),
    ("bash", 'cat "$SG_CONTEXT"', CONTEXT),
    ("bash", "result=12", 12),
    ("bash", "result='{\"a\": [1]}'; echo 5; exit 0", {"a": [1]}),
    ("bash", 'echo \'{"a": 1}\' > "$SG_OUTPUT"; echo 2', {"a": 1}),
    ("bash", "echo first; echo '[1, 2]'", [1, 2]),
    ("bash", "echo just; echo text", "just\ntext"),
    ("bash", "true", None),
    ("bash", "set -euo pipefail\nx=1\nreturn 0\nexit 3", None),
]


@pytest.mark.parametrize(("language", "code", "expected"), RESULTS)
def test_result(ask: Any, language: str, code: str, expected: Any) -> None:
    ran = ask(language, code, context=CONTEXT)

    assert (ran.outcome.status, ran.outcome.message) == (Status.OK, "")
    assert ran.outcome.result == expected


FAILURES = [
    # language, code, line, part of the message
    ("python", "x = 1\n\nraise ValueError('no good')", 3, "ValueError: no good"),
    ("python", "def f():\n    1 / 0\nf()", 2, "ZeroDivisionError: division by zero"),
    ("python", "if False:\n    return 1\n\n{}['key']", 4, "KeyError: 'key'"),
    ("python", "x = 1\ny = = 2", 2, "SyntaxError: invalid syntax"),
    ("python", "x = 1\nimport sys\nsys.exit(3)", 3, "Exited with code 3"),
    ("python", "order.customers", 1, "There is no field 'customers'. Fields: id, customer, lines."),
    ("python", "return {'a': [1, float('nan')]}", None, "result.a[1] is nan, which JSON cannot hold"),
    ("python", "return {'f': print}", None, "result.f is of type builtin_function_or_method"),
    ("python", "a = []\na.append(a)\nreturn a", None, "Does it contain itself?"),
    ("python", "import os\nopen(os.environ['SG_OUTPUT'], 'w').write('{')", None, "$SG_OUTPUT is not JSON"),
    ("javascript", "let a = 1\n\nthrow new TypeError('no good')", 3, "TypeError: no good"),
    ("javascript", "function f() {\n  null.x\n}\nf()", 2, "TypeError: Cannot read properties of null"),
    ("javascript", "let a = 1\nlet b = = 2", 2, "SyntaxError: Unexpected token"),
    ("javascript", "console.log(1)\nawait Promise.reject(new Error('later'))", 2, "Error: later"),
    ("javascript", "setTimeout(() => {\n  throw new Error('later')\n}, 10)", 2, "Error: later"),
    ("javascript", "console.error('why'); process.exit(3)", None, "Exited with code 3"),
    ("javascript", "throw 'text'", None, "text"),
    ("javascript", "return {a: [1, NaN]}", None, "result.a[1] is NaN, which JSON cannot hold"),
    ("javascript", "const a = {}; a.a = a; return a", None, "Does it contain itself?"),
    ("javascript", "await new Promise(() => {})", None, "never settles"),
    ("bash", "echo a\nfalse\nexit 3", 3, "Exited with code 3"),
    ("bash", "echo a\nset -e\nls /nowhere\necho b", 3, "No such file or directory"),
    ("bash", "f() {\n  exit 4\n}\nf", 2, "Exited with code 4"),
    ("bash", "echo a\nif then fi", 2, "syntax error near unexpected token"),
    ("bash", "set -u\n\necho $undefined_name", 3, "undefined_name: unbound variable"),
]


@pytest.mark.parametrize(("language", "code", "line", "message"), FAILURES)
def test_failure_names_the_users_line(ask: Any, language: str, code: str, line: int | None, message: str) -> None:
    ran = ask(language, code, context=CONTEXT)

    assert ran.outcome.status == Status.FAILED
    assert message in ran.outcome.message
    assert ran.outcome.line == line


LOGGING = {
    "python": "import sys\nfor n in range(3):\n    print('out', n)\n    print('err', n, file=sys.stderr)\nsys.exit(3)",
    "javascript": "for (const n of [0, 1, 2]) { console.log('out', n); console.error('err', n) }\nprocess.exit(3)",
    "bash": "for n in 0 1 2; do echo out $n; echo err $n >&2; done; exit 3",
}


@pytest.mark.parametrize("language", LOGGING)
def test_log_lines_come_in_order_and_the_last_of_stderr_are_in_the_message(go: Any, language: str) -> None:
    ran = go(language, LOGGING[language])

    assert ran.lines("stdout") == ["out 0", "out 1", "out 2"]
    assert ran.lines("stderr") == ["err 0", "err 1", "err 2"]
    assert (ran.outcome.status, ran.outcome.exit_code) == (Status.FAILED, 3)
    assert ran.outcome.message.endswith("err 0\nerr 1\nerr 2")


MEGABYTE = "é€x" * (1024 * 1024 // 3)
ECHOES = {"python": "return text", "javascript": "return text", "bash": "result=$SG_TEXT; ls > /dev/null"}


@pytest.mark.parametrize("language", ECHOES)
def test_a_megabyte_of_text_survives(go: Any, language: str) -> None:
    ran = go(language, ECHOES[language], context={"text": MEGABYTE})

    assert ran.outcome.status == Status.OK
    assert ran.outcome.result == MEGABYTE


LONG_PRINTS = {
    "python": "print('x' * 900_000)\nreturn 1",
    "javascript": "console.log('x'.repeat(900_000)); return 1",
    "bash": "head -c 900000 /dev/zero | tr '\\0' x; result=1",
}


@pytest.mark.parametrize("language", LONG_PRINTS)
def test_much_output_comes_whole_and_before_the_result(go: Any, language: str) -> None:
    ran = go(language, LONG_PRINTS[language])

    assert (ran.outcome.status, ran.outcome.result) == (Status.OK, 1)
    assert sum(len(line) for line in ran.lines("stdout")) == 900_000


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "import os\nreturn os.environ['TOKEN']"),
        ("javascript", "return process.env.TOKEN"),
        ("bash", "result=$(printenv TOKEN)"),
    ],
)
def test_declared_environment_is_there(ask: Any, language: str, code: str) -> None:
    ran = ask(language, code, env={"TOKEN": "it's $HOME"})

    assert ran.outcome.result == "it's $HOME"


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("python", "x = 1", None),
        ("python", "result = result + ['b']", ["a", "b"]),
        ("javascript", "const x = 1", None),
        ("javascript", "result = [...result, 'b']", ["a", "b"]),
        ("javascript", "return process.id", 5),
        ("bash", "true", None),
    ],
)
def test_a_variable_named_result_is_the_result_only_if_the_script_sets_it(
    ask: Any, language: str, code: str, expected: Any
) -> None:
    ran = ask(language, code, context={"result": ["a"], "process": {"id": 5}})

    assert (ran.outcome.status, ran.outcome.result) == (Status.OK, expected)


PYTHON_VALUES = [
    ("import datetime\nreturn datetime.datetime(2026, 1, 2, 3, 4, 5)", "2026-01-02T03:04:05"),
    (
        "from decimal import Decimal\nreturn [Decimal('3'), Decimal('0.5'), Decimal('0.12345678901234567890')]",
        [3, 0.5, "0.12345678901234567890"],
    ),
    ("return [b'ab', {3, 1, 2}, (1, 2), range(2)]", ["YWI=", [1, 2, 3], [1, 2], [0, 1]]),
    (
        "import uuid, pathlib, enum\nE = enum.Enum('E', 'A')\nreturn [uuid.UUID(int=0), pathlib.Path('/a'), E.A]",
        ["00000000-0000-0000-0000-000000000000", "/a", 1],
    ),
    ("class Scalar:\n    def item(self):\n        return 5\nreturn {'n': Scalar(), 1: 'one'}", {"n": 5, "1": "one"}),
    ("import dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int\nreturn [P(1)]", [{"x": 1}]),
    ("return 'a\\0b\\ud800'", "ab?"),
]


@pytest.mark.parametrize(("code", "expected"), PYTHON_VALUES)
def test_python_values_become_json(ask: Any, code: str, expected: Any) -> None:
    ran = ask("python", code)

    assert (ran.outcome.message, ran.outcome.result) == ("", expected)


def test_javascript_values_become_json(ask: Any) -> None:
    code = "return [new Date(0), new Map([['a', 1n]]), new Set([1]), Buffer.from('ab'), {f() {}, u: undefined}]"

    ran = ask("javascript", code)

    assert ran.outcome.result == ["1970-01-01T00:00:00.000Z", {"a": 1}, [1], "YWI=", {}]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": 0}, "timeout must be between"),
        ({"memory_mb": 1}, "memory_mb must be between"),
        ({"env": {"A-B": "x"}}, "'A-B' cannot be the name of an environment variable"),
    ],
)
def test_impossible_wishes_are_refused(go: Any, options: Any, message: str) -> None:
    ran = go("bash", "true", **options)

    assert ran.outcome.status == Status.FAILED
    assert message in ran.outcome.message


def test_powershell_without_an_interpreter_says_how_to_get_one(runtime: Any) -> None:
    if runtime.languages()["powershell"].available:
        pytest.skip("PowerShell is installed here")

    outcome = run(
        Execution(id="1", language="powershell", code="1"), runtime, on_log=lambda _: None, cancelled=lambda: False
    )

    assert outcome.status == Status.UNAVAILABLE
    assert outcome.message.startswith("PowerShell runtime not installed: build the image")
    assert outcome.duration < 5
