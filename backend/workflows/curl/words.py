"""The options of a curl command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

MAX_LENGTH = 100_000

_ALIASES = {
    "-X": "--request",
    "-H": "--header",
    "-d": "--data",
    "--data-ascii": "--data",
    "-F": "--form",
    "-u": "--user",
    "-A": "--user-agent",
    "-e": "--referer",
    "-b": "--cookie",
    "-G": "--get",
    "-I": "--head",
    "-k": "--insecure",
    "-o": "--output",
    "-O": "--remote-name",
    "-m": "--max-time",
    "-x": "--proxy",
    "-E": "--cert",
    "-L": "--location",
    "-s": "--silent",
    "-S": "--show-error",
    "-f": "--fail",
    "-v": "--verbose",
    "-i": "--include",
    "-N": "--no-buffer",
    "-g": "--globoff",
}
PLAIN = frozenset(
    {"--location", "--silent", "--show-error", "--fail", "--verbose", "--include", "--no-buffer", "--compressed"}
    | {"--globoff", "--http1.1", "--http2", "--fail-with-body", "--no-progress-meter", "--location-trusted", "--basic"}
)
_WITH_VALUE = frozenset(
    {"--request", "--header", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "--form", "--user"}
    | {"--form-string", "--user-agent", "--referer", "--cookie", "--output", "--max-time", "--proxy", "--cert", "--url"}
    | {
        "--key",
        "--cacert",
        "--retry",
        "--retry-delay",
        "--connect-timeout",
        "--oauth2-bearer",
        "--aws-sigv4",
        "--resolve",
    }
)
_VALUE_LATER = re.compile(r"^-([XHdFuAebomxE])(.+)$", re.DOTALL)


class NotCurl(ValueError):
    """The text is not a curl command; the message says why."""


def options(text: str) -> Iterator[tuple[str, str]]:
    """Every option by its long name, with its value; addresses as `--url`. Raises NotCurl."""
    return _options(_words(text))


def _words(text: str) -> list[str]:
    if len(text) > MAX_LENGTH:
        raise NotCurl(f"The command is longer than {MAX_LENGTH:,} characters.")
    text = re.sub(r"(?:\\|\^|`)\r?\n", " ", text.strip())  # a line goes on: in sh, in cmd and in PowerShell
    # $'…', which browsers copy for data with special characters, is not known to shlex.
    text = re.sub(r"\$'((?:[^'\\]|\\.)*)'", lambda found: shlex.quote(_unescaped(found[1])), text)
    try:
        words = shlex.split(text)
    except ValueError as exc:
        raise NotCurl(f"The command cannot be read: {exc}.") from exc
    if not words or words[0].lower() not in {"curl", "curl.exe"}:
        raise NotCurl("The text does not begin with “curl”.")
    return words[1:]


def _unescaped(text: str) -> str:
    plain = {"n": "\n", "r": "\r", "t": "\t"}

    def one(found: re.Match[str]) -> str:
        code = found[1]
        return chr(int(code[1:], 16)) if code[0] in "ux" and len(code) > 1 else plain.get(code, code)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", one, text, flags=re.DOTALL)


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            yield "--url", word
            continue
        joined = _VALUE_LATER.match(word)
        name, value = (f"-{joined[1]}", joined[2]) if joined else (word, None)
        if name.startswith("--") and "=" in name:
            name, _, value = name.partition("=")
        for single in _singles(name):
            full = _ALIASES.get(single, single)
            if full not in _WITH_VALUE:
                yield full, ""
                continue
            found = value if value is not None else next(rest, None)
            if found is None:
                raise NotCurl(f"The option {single} has no value.")
            yield full, found


def _singles(name: str) -> list[str]:
    """`-sSL` is three options."""
    return [name] if name.startswith("--") else [f"-{letter}" for letter in name[1:]]
