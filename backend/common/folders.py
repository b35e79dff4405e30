"""Which folders of the workers' machine connectors may use: our own one for that, and those that the operator names."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def allowed_folder(path: str) -> Path | None:
    """The folder, if connectors may use it; made if it is below our own."""
    own = Path(settings.STEPGRAPH_HOME).resolve() / "folders"
    folder = Path(path).expanduser()
    folder = (folder if folder.is_absolute() else own / folder).resolve()
    if folder.is_relative_to(own):
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    roots = (Path(root).expanduser().resolve() for root in settings.STEPGRAPH_FOLDERS)
    return folder if any(folder.is_relative_to(root) for root in roots) else None
