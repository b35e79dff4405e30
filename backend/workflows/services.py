"""Changes workflows: every function is one transaction, and refuses what the caller could not have meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from backend.accounts.actor import Actor
from backend.accounts.models import Organization, User
from backend.common.errors import Conflict, Invalid
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.workflows import documents, resources, selectors
from backend.workflows.errors import SlugTaken, StaleDraft
from backend.workflows.format.canonical import checksum
from backend.workflows.models import Workflow, WorkflowVersion


class PublishListener(Protocol):
    """Is told of the triggers of what is published, and of those of the version published before."""

    def __call__(
        self, workflow: Workflow, triggers: list[dict[str, JSON]], /, *, before: list[dict[str, JSON]]
    ) -> Any: ...


publish_listeners: list[PublishListener] = []
"""Called inside the transaction that publishes; apps above add to it in `ready()`."""

RESERVED_SLUGS = frozenset({"import", "validate"})  # they have addresses of their own
_SLUG_LENGTH = 60  # leaves room for a number


def workflow_create(
    actor: Actor, *, name: str, definition: JSON = None, slug: str = "", description: str | None = None
) -> Workflow:
    """A new workflow with its draft; raises InvalidWorkflow unless the draft is valid or has no steps yet."""
    document = documents.draft(documents.empty(name) if definition is None else definition, name=name)
    if description is not None:
        document = documents.draft(document, description=description)
    if documents.has_steps(document):
        documents.valid(document)
    return draft_create(actor.organization, document=document, slug=slug, user=actor.user)


def workflow_import(actor: Actor, *, definition: JSON, name: str = "", slug: str = "") -> Workflow:
    """A new workflow from an exported document, which carries its name."""
    own_name = definition.get("name") if isinstance(definition, dict) else None
    name = name or (own_name if isinstance(own_name, str) else "") or "Imported workflow"
    return workflow_create(actor, name=name, definition=definition, slug=slug)


@transaction.atomic
def draft_create(
    organization: Organization, *, document: dict[str, JSON], slug: str = "", user: User | None = None
) -> Workflow:
    """Stores a new workflow with this draft as it is, valid or not."""
    if slug in RESERVED_SLUGS:
        raise SlugTaken(f"The slug “{slug}” has a meaning of its own. Choose another one.")
    texts = _texts(document)
    workflow = Workflow(
        organization=organization,
        slug=slug or _free_slug(organization, name=texts["name"]),
        definition=document,
        draft_checksum=checksum(document),
        created_by=user,
        **texts,
    )
    workflow.full_clean(validate_unique=False, validate_constraints=False, exclude=["definition"])
    try:
        with transaction.atomic():
            workflow.save(force_insert=True)
    except IntegrityError as error:
        raise SlugTaken from error
    return selectors.workflow_get(organization, key=str(workflow.pk))


def _texts(document: Mapping[str, JSON]) -> dict[str, str]:
    """What lists show of a document."""
    name, description = document.get("name"), document.get("description")
    return {
        "name": (name if isinstance(name, str) else "").strip()[:200] or "Untitled workflow",
        "description": description if isinstance(description, str) else "",
    }


def slug_from(name: str) -> str:
    """A slug made from what people call it."""
    return slugify(name)[:_SLUG_LENGTH].strip("-") or "workflow"


def _free_slug(organization: Organization, *, name: str) -> str:
    base = slug_from(name)
    taken = selectors.slugs_like(organization, slug=base) | RESERVED_SLUGS
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)


def workflow_update(workflow: Workflow, *, changes: Mapping[str, JSON]) -> Workflow:
    """Changes what is named: name, description, slug, is_active, or the definition with the revision it was made from.

    Raises StaleDraft when the draft has moved on since that revision.
    """
    values = {key: changes[key] for key in ("slug", "is_active") if key in changes}
    if values.get("slug") in RESERVED_SLUGS:
        raise SlugTaken(f"The slug “{values['slug']}” has a meaning of its own. Choose another one.")
    revision = changes.get("draft_revision", workflow.draft_revision)
    if "definition" in changes and "draft_revision" not in changes:
        hint = "Send the “draft_revision” that you loaded with the definition."
        problem = Problem("“draft_revision” is missing.", path="draft_revision", hint=hint, code="required")
        raise Invalid(problems=[problem])
    values |= _labels(changes)
    if changes.keys() & {"definition", "name", "description"}:
        document = documents.draft(
            changes.get("definition", workflow.definition),
            name=changes.get("name", ""),
            description=changes.get("description"),
        )
        values |= {**_texts(document), "definition": document, "draft_checksum": checksum(document)}
    return _update(workflow, values=values, revision=revision)


def _labels(changes: Mapping[str, JSON]) -> dict[str, JSON]:
    """Folder and tags in the one spelling that lists and filters know."""
    found: dict[str, JSON] = {}
    if "folder" in changes:
        found["folder"] = "/".join(part.strip() for part in changes["folder"].split("/") if part.strip())
    if "tags" in changes:
        found["tags"] = sorted({tag.strip() for tag in changes["tags"]} - {""}, key=str.casefold)
    return found


def _update(workflow: Workflow, *, values: dict[str, Any], revision: int) -> Workflow:
    """The one way in which a draft changes: only from the revision that the caller has seen."""
    rows = Workflow.objects.filter(pk=workflow.pk, organization_id=workflow.organization_id)
    if "definition" in values:
        rows = rows.filter(draft_revision=revision)
        values["draft_revision"] = F("draft_revision") + 1
    try:
        with transaction.atomic():
            count = rows.update(**values, updated_at=timezone.now())
    except IntegrityError as error:
        raise SlugTaken from error
    current = selectors.workflow_get(workflow.organization, key=str(workflow.pk))
    if not count:
        raise StaleDraft(
            current={"draft_revision": current.draft_revision, "definition": current.definition},
            yours={"draft_revision": revision, "definition": values["definition"]},
        )
    return current


@transaction.atomic
def workflow_publish(workflow: Workflow, *, actor: Actor, note: str = "") -> WorkflowVersion:
    """Makes the draft the version that runs; an unchanged draft keeps its version. Raises InvalidWorkflow."""
    locked = Workflow.objects.select_for_update().get(pk=workflow.pk)
    definition = documents.final(locked.definition)
    resources.require(actor, definition)
    digest = checksum(definition)
    published = locked.published_version
    before = documents.triggers(published.definition) if published is not None else []
    if published is None or published.checksum != digest:
        published = _version_create(locked, definition=definition, digest=digest, note=note, user=actor.user)
    locked.published_version = published
    locked.draft_checksum = digest  # an invalid spelling of before may have had another one
    locked.save(update_fields=["published_version", "draft_checksum", "updated_at"])
    for listener in publish_listeners:
        listener(locked, documents.triggers(definition), before=before)
    return published


def _version_create(
    workflow: Workflow, *, definition: JSON, digest: str, note: str, user: User | None
) -> WorkflowVersion:
    latest = selectors.versions(workflow).values_list("number", flat=True).first()
    version = WorkflowVersion(
        workflow=workflow,
        number=(latest or 0) + 1,
        definition=definition,
        checksum=digest,
        note=note,
        created_by=user,
    )
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError as error:  # only where the database does not lock rows
        raise Conflict("Somebody else is publishing this workflow right now. Try again.") from error
    return version


@transaction.atomic
def version_restore(workflow: Workflow, *, number: int, actor: Actor, publish: bool = True) -> Workflow:
    """Makes an old version the draft, and publishes it as a new version, so that history is only ever added to.

    The triggers stay those of the present draft: they are no part of a version, and an address that asks its callers
    for a secret today must not be open again.
    """
    version = selectors.version_get(workflow, number=number)
    document = documents.with_triggers(version.definition, of=workflow.definition)
    values = {**_texts(document), "definition": document, "draft_checksum": checksum(document)}
    restored = _update(workflow, values=values, revision=workflow.draft_revision)
    if publish:
        workflow_publish(restored, actor=actor, note=f"Restored from version {number}")
    return selectors.workflow_get(workflow.organization, key=str(workflow.pk))


def workflow_copy(workflow: Workflow, *, actor: Actor, name: str = "") -> Workflow:
    """A new, unpublished workflow with the same draft."""
    document = documents.draft(workflow.definition, name=name or f"{workflow.name} (copy)"[:200])
    return draft_create(actor.organization, document=document, user=actor.user)


def workflow_set_active(workflow: Workflow, *, is_active: bool) -> Workflow:
    """Lets it be started, or not."""
    return workflow_update(workflow, changes={"is_active": is_active})


def workflow_delete(workflow: Workflow) -> None:
    """Removes it with its versions and all its jobs. Raises Conflict while one of them has not ended.

    Such a job would be lost with what it still has to do: to undo its steps, or to answer the job that waits for it.
    """
    with transaction.atomic():
        Workflow.objects.select_for_update().get(pk=workflow.pk)  # no job begins meanwhile
        # Whoever is recording something of a job has locked it: what is recorded later would stay without its job.
        ends = workflow.jobs.select_for_update().order_by("id").values_list("finished_at", flat=True)
        left = sum(end is None for end in ends)
        if left:
            jobs = "One of its jobs has" if left == 1 else f"{left:,} of its jobs have"
            raise Conflict(f"{jobs} not ended yet. Cancel what is left, or let it end, and delete the workflow then.")
        workflow.delete()


def snapshot_get_or_create(
    workflow: Workflow, *, definition: JSON, user: User | None = None, until: str = ""
) -> WorkflowVersion:
    """The version without a number that a test run of a draft works from, perhaps only up to a step.

    Raises InvalidWorkflow with all problems of what would run.
    """
    final = documents.final_until(definition, until) if until else documents.final(definition)
    digest = checksum(final)
    snapshot, _ = WorkflowVersion.objects.get_or_create(
        workflow=workflow, checksum=digest, number=None, defaults={"definition": final, "created_by": user}
    )
    return snapshot
