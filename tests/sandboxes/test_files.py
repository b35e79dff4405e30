"""Binary files into a script and out of it, in every language and behind every wall."""

from __future__ import annotations

from typing import Any

import pytest

from sandboxes.model import Execution, Outcome, Status
from sandboxes.output import Output, Report

EVERY_BYTE = bytes(range(256)) * 40
NAMES = ["a b.bin", "$(touch pwned).bin", "Zoë '1'.bin"]

COPIES = {
    "python": """
import os
folder = os.environ['SG_FILES']
for name in os.listdir(folder):
    data = open(f'{folder}/{name}', 'rb').read()
    save_file(f'copy of {name}', data)
os.symlink('/etc/passwd', f'{folder}/link')
os.mkdir(f'{folder}/folder')
return save_file('note.txt', 'written')
""",
    "javascript": """
const fs = require('fs'), folder = process.env.SG_FILES;
for (const name of fs.readdirSync(folder)) saveFile(`copy of ${name}`, fs.readFileSync(`${folder}/${name}`));
fs.symlinkSync('/etc/passwd', `${folder}/link`);
fs.mkdirSync(`${folder}/folder`);
return saveFile('note.txt', 'written');
""",
    "bash": """
for file in "$SG_FILES"/*; do cat "$file" > "$SG_FILES/copy of ${file##*/}"; done
ln -s /etc/passwd "$SG_FILES/link"
mkdir "$SG_FILES/folder"
printf written > "$SG_FILES/note.txt"
result='{"$file": "new:note.txt"}'
""",
}


@pytest.mark.parametrize("language", COPIES)
def test_files_go_in_and_come_out_byte_by_byte(ask: Any, language: str) -> None:
    ran = ask(language, COPIES[language], files=dict.fromkeys(NAMES, EVERY_BYTE))

    assert (ran.outcome.status, ran.outcome.message) == (Status.OK, "")
    assert ran.outcome.result == {"$file": "new:note.txt"}
    assert set(ran.outcome.files) == {"note.txt", *(f"copy of {name}" for name in NAMES)}
    assert all(ran.outcome.files[f"copy of {name}"] == EVERY_BYTE for name in NAMES)
    assert ran.outcome.files["note.txt"] == b"written"


def test_a_changed_file_comes_back_and_an_untouched_one_does_not(go: Any) -> None:
    code = "import os\nopen(os.environ['SG_FILES'] + '/a', 'ab').write(b'!')"

    ran = go("python", code, files={"a": b"a", "b": b"b"})

    assert ran.outcome.files == {"a": b"a!"}
    assert ran.outcome.result is None


def test_a_failed_script_leaves_no_files(ask: Any) -> None:
    ran = ask("python", "save_file('a', 'b')\n1 / 0")

    assert ran.outcome.status == Status.FAILED
    assert ran.outcome.files == {}


def test_a_file_that_is_too_large_is_refused(ask: Any) -> None:
    ran = ask("python", "save_file('a', b'x' * (40 * 1024 * 1024))")

    assert ran.outcome.status == Status.OUTPUT_LIMIT
    assert ran.outcome.message == "The script left more than 100 files, or 32 MiB, in $SG_FILES."


@pytest.mark.parametrize("name", ["", "..", "a/b", "a\\b", "a\nb", "x" * 300])
def test_names_that_are_no_names_are_refused(go: Any, name: str) -> None:
    ran = go("bash", "true", files={name: b""})

    assert ran.outcome.status == Status.FAILED
    assert "cannot be the name of a file" in ran.outcome.message


def test_files_travel_over_the_wire() -> None:
    execution = Execution(id="1", language="bash", code="", files={"a": EVERY_BYTE})
    outcome = Outcome(status=Status.OK, files={"b": EVERY_BYTE})

    assert Execution.from_json(execution.to_json()) == execution
    assert Outcome.from_json(outcome.to_json()) == outcome


def test_frames_are_found_however_they_are_cut() -> None:
    frames = b"out\n<m>file 5\na\n123<m>file 4\nb/c\n<m>file 2\nc\n<m>value 1\n7rest".replace(b"<m>", b"\x1em")
    for size in (1, 2, 3, 7, 1000):
        output = Output("\x1em", on_log=lambda _: None)
        for start in range(0, len(frames), size):
            output.feed("stdout", frames[start : start + size])

        assert output.files == {"a": b"123", "c": b""}
        assert output.report is not None
        assert (output.report.kind, output.report.payload) == ("value", b"7")
        assert output.stdout.text() == "out\n"


def test_a_large_file_counts_once_while_the_next_frame_is_on_its_way() -> None:
    output = Output("\x1em", on_log=lambda _: None)
    content = bytes(20 * 1024 * 1024)

    output.feed("stdout", b"\x1emfile %d\na\n%b" % (len(content) + 2, content))

    assert output.excess == ""
    output.feed("stdout", b"\x1emvalue 1\n7")
    assert (output.excess, len(output.files["a"])) == ("", len(content))
    assert output.report is not None


def test_what_is_printed_between_two_frames_is_output() -> None:
    output = Output("\x1em", on_log=lambda _: None)

    output.feed("stdout", b"\x1emfile 3\na\n1between\x1e\n\x1e")
    output.feed("stdout", b"mdone 0\n")
    output.close()

    assert (output.files, output.report) == ({"a": b"1"}, Report(kind="done", payload=b""))
    assert output.stdout.text() == "between\x1e\n"
