"""The languages that scripts can be written in. A new one is one file here, a harness, and an image."""

from __future__ import annotations

from sandboxes.languages.base import Language
from sandboxes.languages.bash import BASH
from sandboxes.languages.javascript import JAVASCRIPT
from sandboxes.languages.powershell import POWERSHELL
from sandboxes.languages.python import PYTHON

LANGUAGES: dict[str, Language] = {language.name: language for language in (PYTHON, BASH, JAVASCRIPT, POWERSHELL)}
