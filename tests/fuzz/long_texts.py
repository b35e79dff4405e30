"""Compiles long random texts, for `test_expressions` to run in a process of its own: what is feared is a crash."""

from __future__ import annotations

import sys
from random import Random

from backend.expressions import ExpressionError, compile_expression, compile_template

PIECES = ["-+~(", "([{", ")]}", "not ", ".a", "[0]", "x.", "'\"\\", "{{}}", "1+", "f'{", "\0é", " \t\n", "lambda:"]


def texts(random, count):
    for _ in range(count):
        pieces = random.choices(PIECES, k=random.randrange(1, 4))
        length = random.choice([10, 300, 4000])
        yield "".join(random.choice(random.choice([random.choice(pieces), pieces])) for _ in range(length))
    for piece in ["-", ".a", "(", "[", "{{", "not ", "'", "\n", "x+", "{{x}}"]:
        yield piece * 10**5


def main():
    done = 0
    for text in texts(Random(1), int(sys.argv[1])):
        for compiled in (compile_expression, compile_template):
            try:
                compiled(text)
            except ExpressionError:
                continue
        done += 1
    sys.stdout.write(f"{done}\n")


if __name__ == "__main__":
    main()
