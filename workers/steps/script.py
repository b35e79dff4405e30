"""The `script` step: code of the user in a sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from backend.catalog.fields import Code, HeaderTemplate, ValueTemplate
from backend.catalog.scripts import run_or_wait
from backend.catalog.steps import Again, Answer, Config, FileAccess, ScriptRequest, StepContext, StepFailed, StepType
from backend.common.json import JSON
from backend.common.problems import Problem
from sandboxes import limits
from sandboxes.languages import LANGUAGES
from sandboxes.packages import requirements


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"must be one of {', '.join(LANGUAGES)}")
    return language


def _network(value: object) -> object:
    return {"egress": True, "none": False}.get(value, value) if isinstance(value, str) else value


# Whatever the sandboxes know: a language added there is offered here.
Language = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": list(LANGUAGES)})]
Requirement = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=100)]


class ScriptConfig(Config):
    """The form of a script."""

    language: Language = Field(
        default="python", title="Language", description="What the code is written in.", examples=["python"]
    )
    code: Code = Field(
        min_length=1,
        max_length=200_000,
        title="Code",
        description="All variables are there by name. Its result is what `return` gives, or the variable `result`, "
        "or JSON on the standard output.",
        examples=["return {'count': len(webhook_payload)}"],
    )
    env: dict[EnvironmentName, HeaderTemplate] = Field(
        default_factory=dict,
        max_length=100,
        title="Environment variables",
        description="Given to the code's process, by name; templates are filled in.",
        examples=[{"REGION": "{{ region }}"}],
    )
    network: Annotated[bool, BeforeValidator(_network)] = Field(
        default=False,
        title="Network access",
        description="Lets the code call the outside over HTTP and HTTPS, by a proxy that refuses private addresses and "
        "writes every host into the step's log. Off unless needed.",
        examples=[False],
    )
    image: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._/:@-]*$",
        title="Container image",
        description="Runs the code in this image instead of the language's own. Needs a container engine.",
        examples=["python:3.12-slim"],
    )
    packages: list[Requirement] = Field(
        default_factory=list,
        max_length=requirements.MOST,
        title="Packages",
        description="What pip (Python) or npm (JavaScript) installs for the code, with versions if you like. The first "
        "run waits until they are there; later ones and other steps use them at once.",
        examples=[["pandas", "numpy>=2"]],
        json_schema_extra={"x-widget": "packages"},
    )
    files: ValueTemplate = Field(
        default=None,
        title="Files",
        description="References to files that the code finds in the folder $SG_FILES: one, a list, or an object that "
        "names them. What it writes there comes back as a reference.",
        examples=["{{ webhook_payload.invoice }}"],
    )
    memory_mb: int = Field(
        default=256,
        ge=32,
        le=8_192,
        title="Memory in MiB",
        description="The code is stopped when it needs more.",
        examples=[512],
    )
    cpus: float = Field(
        default=1.0,
        ge=0.1,
        le=8,
        title="Processors",
        description="How much processor time the code may use; 0.5 is half of one processor.",
        examples=[0.5],
    )


class Script(StepType[ScriptConfig], type="script"):
    """Runs code of your own in a sandbox. Python, JavaScript, Bash and PowerShell see all variables by name."""

    label = "Script"
    icon = "code"
    category = "Code"
    color = "violet"
    Config = ScriptConfig
    default_timeout = 60.0

    @classmethod
    def advise(cls, config: ScriptConfig) -> list[Problem]:
        """Requirements that no package manager would take."""
        found = requirements.problem(config.language, config.packages)
        hint = "One package a line, such as `pandas` or `lodash@^4`; no options, addresses or paths."
        return [Problem(found, path="packages", hint=hint, code="packages")] if found else []

    def run(self, config: ScriptConfig, context: StepContext) -> Answer:
        """Gives the code's result."""
        request = ScriptRequest(
            language=config.language,
            code=config.code,
            context=context.variables,
            env=config.env,
            timeout=context.timeout or self.default_timeout,
            memory_mb=config.memory_mb,
            cpus=config.cpus,
            network=config.network,
            image=config.image,
            files=_files(config.files, context.files),
            packages=tuple(config.packages),
        )
        return run_or_wait(context, request)

    def resumed(self, config: ScriptConfig, context: StepContext, delivery: JSON | None) -> Answer:
        """Looks once more whether the packages are there."""
        return Again()


def _files(value: JSON, access: FileAccess) -> dict[str, bytes]:
    """The content of each, by its own name or by the name that the configuration gives it."""
    found: dict[str, bytes] = {}
    left = limits.FILES_BYTES
    for name, reference in _named(value):
        if name in found:
            hint = "Give an object that names them, such as {first: …, second: …}."
            raise StepFailed(f"Two of the files are called “{name[:200]}”.", error_type="validation", hint=hint)
        found[name] = access.open(reference)
        left -= len(found[name])
        if left < 0 or len(found) > limits.FILES:
            most = f"{limits.FILES} files of {limits.FILES_BYTES // 1024**2} MiB altogether"
            raise StepFailed(f"A script can be given {most}.", error_type="too_large")
    return found


def _named(value: JSON) -> list[tuple[str, JSON]]:
    if value is None or value == "":
        return []
    if isinstance(value, Mapping) and "$file" not in value:
        return [(str(name), reference) for name, reference in value.items()]
    return [(_name(reference), reference) for reference in (value if isinstance(value, list) else [value])]


def _name(reference: JSON) -> str:
    name = reference.get("name") if isinstance(reference, Mapping) else None
    return str(name or "file").replace("/", "_").replace("\\", "_")
