"""Screenshots made small enough for a repository: few colours, a bounded size."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

_COLOURS = (128, 64, 32, 16)
_SMALLER = 0.85


def save(picture: bytes, path: Path, *, widest: int, most_bytes: int) -> None:
    """A PNG with as many colours, and then as many pixels, as fit."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    width = min(widest, image.width)
    while len(small := _smallest(image, width=width, most_bytes=most_bytes)) > most_bytes:
        width = int(width * _SMALLER)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(small)


def _smallest(image: Image.Image, *, width: int, most_bytes: int) -> bytes:
    scaled = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
    data = b""
    for colours in _COLOURS:
        data = _encoded(scaled, colours=colours)
        if len(data) <= most_bytes:
            break
    return data


def _encoded(image: Image.Image, *, colours: int) -> bytes:
    buffer = BytesIO()
    few = image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()
