"""Reads workflows, always through their organisation."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from uuid import UUID

from django.db.models import Case, CharField, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from backend.accounts.models import Organization
from backend.common.errors import NotFound
from backend.common.ids import id_read
from backend.common.json import JSON
from backend.workflows.models import Workflow, WorkflowVersion

DRAFT, PUBLISHED, CHANGED = "draft", "published", "changed"
_ACTIVE = {"active": True, "inactive": False}


def workflows(organization: Organization) -> QuerySet[Workflow]:
    """The workflows of an organisation, the latest change first, each with its `status`."""
    status = Case(
        When(published_version=None, then=Value(DRAFT)),
        When(published_version__checksum=F("draft_checksum"), then=Value(PUBLISHED)),
        default=Value(CHANGED),
        output_field=CharField(),
    )
    return (
        Workflow.objects.filter(organization=organization, is_hidden=False)
        .annotate(status=status)
        .select_related("published_version")
        .order_by("-updated_at", "-id")
    )


def workflows_matching(
    organization: Organization,
    *,
    search: str = "",
    is_active: bool | None = None,
    status: str = "",
    folder: str = "",
    tag: str = "",
) -> QuerySet[Workflow]:
    """Those whose name, slug or description holds every word of the search; of a folder with those inside it."""
    found = workflows(organization)
    for word in search.split()[:10]:
        found = found.filter(Q(name__icontains=word) | Q(slug__icontains=word) | Q(description__icontains=word))
    if status in _ACTIVE:
        status, is_active = "", _ACTIVE[status]
    if is_active is not None:
        found = found.filter(is_active=is_active)
    if folder:
        found = found.filter(Q(folder=folder) | Q(folder__startswith=f"{folder}/"))
    if tag:
        # SQLite keeps JSON with escapes for all but ASCII, PostgreSQL without.
        forms = Q(tag_text__contains=json.dumps(tag)) | Q(tag_text__contains=json.dumps(tag, ensure_ascii=False))
        found = found.alias(tag_text=Cast("tags", TextField())).filter(forms)
    return found.filter(Q(status=status)) if status else found


def labels(organization: Organization) -> dict[str, JSON]:
    """The folders and tags in use, each with how many workflows have it."""
    rows = list(Workflow.objects.filter(organization=organization, is_hidden=False).values_list("folder", "tags"))
    folders = Counter(path for folder, _ in rows if folder for path in _path_and_parents(folder))
    tags = Counter(tag for _, words in rows for tag in words)
    return {"folders": _counted(folders), "tags": _counted(tags)}


def _path_and_parents(folder: str) -> list[str]:
    parts = folder.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def _counted(found: Counter[str]) -> list[dict[str, JSON]]:
    return [{"name": name, "count": found[name]} for name in sorted(found, key=str.casefold)]


def workflow_get(organization: Organization, *, key: str) -> Workflow:
    """One by its id or slug; raises NotFound."""
    wanted = id_read(key)
    found = workflows(organization).filter(Q(pk=wanted) if wanted else Q(slug=key)).first()
    if found is None:
        hint = "Check its id or slug, and the organisation."
        raise NotFound(f"There is no workflow “{key[:80]}” that you can see. {hint}")
    return found


def versions(workflow: Workflow) -> QuerySet[WorkflowVersion]:
    """The published versions, the newest first; snapshots of drafts are not among them."""
    return workflow.versions.filter(number__isnull=False).select_related("created_by").order_by("-number")


def version_get(workflow: Workflow, *, number: int) -> WorkflowVersion:
    """One published version; raises NotFound."""
    found = versions(workflow).filter(number=number).first()
    if found is None:
        raise NotFound(f"“{workflow.name}” has no version {number}.")
    return found


@lru_cache(maxsize=500)
def version_kept(version_id: UUID) -> WorkflowVersion:
    """A version by its id, read once by each process: it never changes. Whoever asks knows that it exists."""
    return WorkflowVersion.objects.get(pk=version_id)


def definition_at(workflow: Workflow, *, version: str) -> JSON:
    """The definition of a version by its number, or of `published` or `draft`; raises NotFound."""
    if version == "draft":
        return workflow.definition
    if version == "published":
        return workflow.published_version.definition if workflow.published_version else {}
    if not version.isdecimal() or len(version) > 9:
        raise NotFound(f"There is no version “{version[:20]}”. Use a number, “published” or “draft”.")
    return version_get(workflow, number=int(version)).definition


def organization_for_command(slug: str) -> Organization:
    """The organisation that a command names, or the only one; raises NotFound with the choice."""
    found = list(Organization.objects.filter(slug=slug) if slug else Organization.objects.order_by("slug")[:20])
    if len(found) == 1:
        return found[0]
    known = ", ".join(Organization.objects.order_by("slug").values_list("slug", flat=True)[:20])
    raise NotFound(f"Name one organisation with --organization SLUG. There are: {known or 'none yet'}.")


def organizations_exist() -> bool:
    """Whether anybody has set the installation up, or made a key."""
    return Organization.objects.exists()


def slugs_like(organization: Organization, *, slug: str) -> set[str]:
    """The slugs in use that begin like this one."""
    return set(Workflow.objects.filter(organization=organization, slug__startswith=slug).values_list("slug", flat=True))


def slugs(organization: Organization) -> dict[str, bool]:
    """The slugs of all workflows, and whether each is published."""
    rows = workflows(organization).order_by().values_list("slug", "published_version")
    return {slug: published is not None for slug, published in rows}
