"""Runs one script inside the sandbox: a frame on stdin, the log on stdout and stderr, the result behind a marker.

This text is handed to the interpreter whole, so it stands alone: standard library only, Python 3.9 and newer.
Most modules are imported where they are needed, so that a script starts fast.

It is one file, long as it is, because it is one program: its parts could only be put together again by editing their
text, or as modules whose names a script would find among its own. In order: running the code, what becomes of its
result as JSON (`to_json` to `last_resort`), errors and the end, files, and the frame.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import sys
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FILE = "script.py"
MAX_DEPTH = 100
NOTHING = object()  # no result so far, as opposed to the result None
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Record(dict[str, Any]):
    """A JSON object whose fields can also be read as attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            known = ", ".join(self) or "none"
            raise AttributeError(f"There is no field {name!r}. Fields: {known}.") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        self.pop(name)


class NotJson(ValueError):
    """The result holds something that JSON cannot."""


class Reporter:
    """Writes the one closing frame; keeps its own descriptor, since a script may close stdout."""

    def __init__(self, marker: str, output: str) -> None:
        self._marker = marker.encode()
        self._output = output
        self._descriptor = os.dup(1)
        self._process = os.getpid()

    def send(self, kind: str, payload: str) -> None:
        """Writes the frame, unless this is a child that the script forked."""
        self._write(kind, payload.encode("utf-8", "replace"))

    def _write(self, kind: str, data: bytes) -> None:
        if os.getpid() != self._process:
            return
        head = self._marker + b"%s %d\n" % (kind.encode(), len(data))
        for part in (memoryview(head), memoryview(data)):
            rest = part
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def done(self, value: Any) -> None:
        """Sends its files and the result: the value, else what it wrote to $SG_OUTPUT, else a word that it is done."""
        for name, content in written_files():
            self._write("file", name.encode("utf-8", "replace") + b"\n" + content)
        if value is not NOTHING:
            self.send("value", to_json(value))
            return
        text = ""
        with contextlib.suppress(OSError), open(self._output, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - faster
            text = file.read()
        self.send("output" if text else "done", text)

    def failed(self, error: BaseException, *, named: bool = True) -> None:
        """Sends what went wrong and in which line."""
        message = error.msg if isinstance(error, SyntaxError) and error.msg else str(error)
        about = {"type": type(error).__name__, "message": message} if named else {"type": "", "message": ""}
        self.send("error", json.dumps({**about, "line": line_of(error)}))


def run(code: str, context: dict[str, Any], names: dict[str, Any]) -> Any:
    """Runs the code with the context's variables as globals and returns its result, or NOTHING."""
    tree = ast.parse(code, FILE)
    top = list(top_level(tree))
    if any(isinstance(node, ast.Return) for node in top):
        value = run_returning(tree, names)
        if value is not NOTHING:
            return value
    else:
        exec(compile(tree, FILE, "exec"), names)  # noqa: S102 - running the script is what this is for
    main = names.get("main")
    if callable(main) and main is not context.get("main") and not any(calls(node, "main") for node in top):
        value = call(main, context)
        if value is not None:
            return value
    # A workflow may have a variable of that name: then it is the result only if the script sets it.
    sets_result = "result" not in context or any(sets(node, "result") for node in ast.walk(tree))
    return names["result"] if "result" in names and sets_result else NOTHING


def top_level(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are not inside a function or class."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, SCOPES):
            yield node
            yield from top_level(node)


def calls(node: ast.AST, name: str) -> bool:
    """True for a call of the function by that name."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def sets(node: ast.AST, name: str) -> bool:
    """True for an assignment, of any form, to that name."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name


class Rewriter(ast.NodeTransformer):
    """Prepares the top level for life inside a function whose names stay global."""

    def visit(self, node: ast.AST) -> Any:
        """Changes what would mean something else inside a function."""
        if isinstance(node, SCOPES):
            return node
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            # Global names cannot be annotated.
            plain = ast.Assign(targets=[node.target], value=node.value) if node.value else ast.Pass()
            return ast.copy_location(plain, node)
        if isinstance(node, ast.Return) and node.value is None:
            # A bare return leaves early; only a return with a value says what the result is.
            node.value = ast.copy_location(ast.Name(id="__nothing__", ctx=ast.Load()), node)
        return self.generic_visit(node)


def run_returning(tree: ast.Module, names: dict[str, Any]) -> Any:
    """Runs a script with a `return` at its top level: as a function, yet with every line and every name in place."""
    body = [Rewriter().visit(statement) for statement in tree.body]
    body.append(ast.Return(value=ast.Name(id="__nothing__", ctx=ast.Load())))
    draft = compile_function(body)
    bound = [*draft.co_varnames, *draft.co_cellvars]
    code = compile_function([ast.Global(names=bound), *body] if bound else body).replace(co_name="<module>")
    names["__nothing__"] = NOTHING
    names["__builtins__"] = __builtins__  # imports of compiled modules, such as pandas's, look for it among the globals
    return FunctionType(code, names)()


def compile_function(body: list[ast.stmt]) -> CodeType:
    """The code of a function without arguments."""
    function = ast.parse("def script(): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = body
    module = ast.fix_missing_locations(ast.Module(body=[function], type_ignores=[]))
    outer = compile(module, FILE, "exec")
    return next(constant for constant in outer.co_consts if isinstance(constant, CodeType))


def call(main: Callable[..., Any], context: dict[str, Any]) -> Any:
    """Calls main with the context, or without if it takes nothing; waits for it if it is asynchronous."""
    import inspect

    value = main(context) if inspect.signature(main).parameters else main()
    if inspect.iscoroutine(value):
        import asyncio

        return asyncio.run(value)
    return value


def to_json(value: Any) -> str:
    """The value as JSON text; dates, decimals, bytes, sets and the like are converted, the rest is refused by path."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(plain(value, "result", 0), ensure_ascii=False, allow_nan=False)


def plain(value: Any, path: str, depth: int) -> Any:
    """The value in JSON's own types."""
    if depth > MAX_DEPTH:
        raise NotJson(f"{path[:80]}… is nested deeper than {MAX_DEPTH} levels. Does it contain itself?")
    if value is None or isinstance(value, (bool, int, float, str)):
        return scalar(value, path)
    if isinstance(value, dict):
        return {text_key(key, path): plain(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        value = ordered(value)
    if isinstance(value, (list, tuple)):
        return [plain(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
    return plain(converted(value, path), path, depth + 1)


def scalar(value: Any, path: str) -> Any:
    """A number, text or the like, without what its class may have added (numpy's do add)."""
    import math

    if isinstance(value, float) and not math.isfinite(value):
        raise NotJson(f"{path} is {value}, which JSON cannot hold. Return None or a text instead.")
    if value is None or isinstance(value, bool):
        return value
    base = next(base for base in (int, float, str) if isinstance(value, base))
    return base(value)


def text_key(key: Any, path: str) -> str:
    """An object's key as the text that JSON wants."""
    if isinstance(key, str):
        return str(key)
    if key is None or isinstance(key, (bool, int, float)):
        return json.dumps(key)
    if hasattr(key, "isoformat"):
        return str(key.isoformat())
    raise NotJson(f"{path} has a key of type {type(key).__name__}. Keys must be texts.")


def ordered(values: Iterable[Any]) -> list[Any]:
    """A set's members, in order if they have one."""
    try:
        return sorted(values)
    except TypeError:
        return list(values)


# pydantic models, dates, numpy arrays and pandas series, pandas tables, numpy numbers, named tuples:
# the first that the object offers
CONVERSIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("model_dump", {}),
    ("isoformat", {}),
    ("tolist", {}),
    ("to_dict", {"orient": "records"}),
    ("item", {}),
)


def converted(value: Any, path: str) -> Any:
    """One step from a Python object towards JSON."""
    import base64
    import dataclasses
    import decimal

    if isinstance(value, decimal.Decimal):
        return from_decimal(value, path)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    for method, arguments in CONVERSIONS:
        convert = getattr(value, method, None)
        if callable(convert) and not isinstance(value, type):
            return convert(**arguments)
    return last_resort(value, path)


def from_decimal(value: Any, path: str) -> Any:
    """A number if it can be one exactly, else text."""
    if not value.is_finite():
        raise NotJson(f"{path} is {value}, which JSON cannot hold. Return None or a text instead.")
    if value == value.to_integral_value() and abs(value) < 2**53:
        return int(value)
    number = float(value)
    return number if type(value)(repr(number)) == value else str(value)


def last_resort(value: Any, path: str) -> Any:
    """The rarer types of the standard library; everything else is refused."""
    import datetime
    import enum
    import pathlib
    import uuid

    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, (uuid.UUID, pathlib.PurePath)):
        return str(value)
    kind = type(value).__name__
    if hasattr(value, "__next__") or kind in {"dict_keys", "dict_values", "dict_items", "range", "deque"}:
        return list(value)
    raise NotJson(f"{path} is of type {kind}, which cannot be turned into JSON. Return numbers, texts, lists or dicts.")


def line_of(error: BaseException) -> int | None:
    """The script's last line on the way to the error."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def print_error(error: BaseException) -> None:
    """Prints the traceback from the script's first line on; the harness's own lines mean nothing to its author."""
    import traceback

    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != FILE:
        trace = trace.tb_next
    write_error("".join(traceback.format_exception(type(error), error, trace)))


def write_error(text: str) -> None:
    """Writes to stderr, which the script may have closed or replaced; the closing frame tells all the same."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(text)
        sys.stderr.flush()


def exit_code(error: SystemExit) -> int:
    """What sys.exit was given, as a process's exit code; a text is printed, as Python does."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    write_error(f"{error.code}\n")
    return 1


def wind_up() -> None:
    """Lets the script's own threads and exit handlers end, as Python would, and flushes what it printed."""
    import atexit
    import threading

    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()  # noqa: SLF001 - os._exit, which cannot hang, runs none
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


def prepare(code: str, env: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """Sets the scene: environment, streams by the line, the source for tracebacks, and a module of its own."""
    import io
    import linecache

    output = f"{os.getcwd()}/.sg-output"  # noqa: PTH109 - pathlib would cost every script some milliseconds
    os.environ.update(env)
    os.environ["SG_OUTPUT"] = output
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, io.TextIOWrapper)
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    sys.argv = [FILE]
    return output, vars(module)


def execute(reporter: Reporter, frame: Record, names: dict[str, Any]) -> int:
    """Runs the script, reports, and says with which code to leave."""
    try:
        value = run(frame["code"], frame["context"], names)
        wind_up()
        reporter.done(value)
    except SystemExit as error:
        code = exit_code(error)
        wind_up()
        if code:
            reporter.failed(error, named=False)
        else:
            reporter.done(names.get("result", NOTHING))
        return code
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the script's and ends here
        print_error(error)
        reporter.failed(error)
        wind_up()
        return 1
    return 0


def receive_files(files: dict[str, str]) -> None:
    """Puts the files that the script was given into its folder, marked by a time long ago."""
    folder = f"{os.getcwd()}/.sg-files"  # noqa: PTH109 - faster
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - faster
    os.environ["SG_FILES"] = folder
    for name, content in files.items():
        import base64

        path = f"{folder}/{name}"
        with open(path, "wb") as file:  # noqa: PTH123 - faster
            file.write(base64.b64decode(content))
        os.utime(path, (0, 0))


def written_files() -> Iterator[tuple[str, bytes]]:
    """What the script wrote into its folder, or changed there: files only, and no links."""
    with contextlib.suppress(OSError, KeyError):
        for entry in sorted(os.scandir(os.environ["SG_FILES"]), key=lambda entry: entry.name):
            if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime_ns != 0:
                with open(entry.path, "rb") as file:  # noqa: PTH123 - faster
                    yield entry.name, file.read()


def save_file(name: str, data: str | bytes) -> dict[str, str]:
    """For scripts: keeps a file, and gives what stands for it in the result."""
    with open(f"{os.environ['SG_FILES']}/{name}", "wb") as file:  # noqa: PTH123 - faster
        file.write(data.encode() if isinstance(data, str) else data)
    return {"$file": f"new:{name}"}


def read_exactly(count: int) -> bytes:
    """So many bytes of stdin, unbuffered: what follows is not ours."""
    data = b""
    while len(data) < count:
        piece = os.read(0, min(count - len(data), 1 << 20))
        if not piece:
            os._exit(0)  # nobody wants anything any more
        data += piece
    return data


def read_frame() -> Record:
    """The length and a line of JSON; after it stdin is empty."""
    length = b""
    while not length.endswith(b"\n"):
        length += read_exactly(1)
    frame = json.loads(read_exactly(int(length)), object_hook=Record)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    assert isinstance(frame, Record)
    return frame


def start() -> None:
    """Reads the frame, runs the script, and leaves at once."""
    frame = read_frame()
    output, names = prepare(frame["code"], frame["env"])
    receive_files(frame["files"])
    names["save_file"] = save_file
    names.update(frame["context"])
    names.update({"context": frame["context"], "__file__": FILE})
    os._exit(execute(Reporter(frame["marker"], output), frame, names))


if __name__ == "__main__":
    start()
