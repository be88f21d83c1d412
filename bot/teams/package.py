"""The app package: a zip with the manifest and two pictures, the same bytes every time, and what is wrong with one."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from bot.teams import icons
from bot.teams.manifest import COLOR, OUTLINE
from bot.teams.manifest_rules import problems_of

MANIFEST = "manifest.json"
MOST_BYTES = 5 * 1024 * 1024
"""More than any package of ours; what is larger is not read."""
_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest a zip can say: the same package has the same bytes whenever it is written."""
_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">8s4x4sIIBB")
_ALPHA = {4, 6}
"""PNG colour types with an alpha channel of their own."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a PNG says of itself. ``clear`` is whether its points can be transparent."""

    width: int
    height: int
    clear: bool


def package(manifest: Mapping[str, Any]) -> bytes:
    """The zip to upload, stored without compression so that every machine makes the same bytes of it."""
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for name, content in ((MANIFEST, text.encode()), (COLOR, icons.color()), (OUTLINE, icons.outline())):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            file.writestr(entry, content)
    return out.getvalue()


def read(path: Path) -> dict[str, Any]:
    """The manifest of a package. Raises ValueError in the words of ``validate`` when there is none."""
    with _opened(path) as file:
        return _manifest(file)


def validate(path: Path) -> list[str]:
    """What Teams would refuse in a package, a sentence each with the way out; empty when all is well. Nothing is sent."""
    try:
        with _opened(path) as file:
            manifest = _manifest(file)
            return [*_stray(file, manifest), *problems_of(manifest), *_pictures(file, manifest)]
    except ValueError as problem:
        return [str(problem)]


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        file = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise ValueError(f"{path}: there is no such file; python -m bot manifest teams writes one") from None
    except (OSError, zipfile.BadZipFile) as refused:
        raise ValueError(f"{path} is not a zip file ({refused}): upload what the manifest command wrote") from None
    if sum(entry.file_size for entry in file.infolist()) > MOST_BYTES:
        file.close()
        raise ValueError(f"{path} holds more than {MOST_BYTES} bytes: a package is a manifest and two small pictures")
    return file


def _content(file: zipfile.ZipFile, name: str) -> bytes:
    try:
        return file.read(name)
    except KeyError:
        inside = next((each for each in file.namelist() if each.endswith("/" + name)), None)
        where = f"; it is in a folder there ({inside}): zip the files, not their folder" if inside else ""
        raise ValueError(f"{name} is not in the package{where}") from None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as refused:
        raise ValueError(f"{name} cannot be read from the package ({refused}): write it again") from None


def _manifest(file: zipfile.ZipFile) -> dict[str, Any]:
    try:
        told = json.loads(_content(file, MANIFEST).decode())
    except UnicodeDecodeError:
        raise ValueError(f"{MANIFEST} is not UTF-8 text") from None
    except json.JSONDecodeError as broken:
        raise ValueError(f"{MANIFEST} is not JSON: {broken.msg} in line {broken.lineno}") from None
    if not isinstance(told, dict):
        raise ValueError(f"{MANIFEST} holds no object but {type(told).__name__}")
    return told


def _named(manifest: Mapping[str, Any], which: str) -> str | None:
    pictures = manifest.get("icons")
    name = pictures.get(which) if isinstance(pictures, dict) else None
    return name if isinstance(name, str) and name else None


def _stray(file: zipfile.ZipFile, manifest: Mapping[str, Any]) -> list[str]:
    named = {MANIFEST, _named(manifest, "color"), _named(manifest, "outline")}
    return [
        f"{name} is in the package and nothing names it: take it out" for name in sorted(set(file.namelist()) - named)
    ]


def _pictures(file: zipfile.ZipFile, manifest: Mapping[str, Any]) -> list[str]:
    found = []
    for which, size, clear in (("color", icons.COLOR_SIZE, False), ("outline", icons.OUTLINE_SIZE, True)):
        name = _named(manifest, which)
        if name is None:
            continue  # said by the manifest's own rules
        try:
            picture = measured(name, _content(file, name))
        except ValueError as problem:
            found.append(str(problem))
            continue
        if (picture.width, picture.height) != (size, size):
            found.append(f"{name} is {picture.width} x {picture.height}: icons.{which} must be {size} x {size}")
        if clear and not picture.clear:
            found.append(f"{name} has no transparent ground: icons.outline is white lines on nothing")
    return found


def measured(name: str, content: bytes) -> Picture:
    """What a PNG says of itself. Raises ValueError naming the file that is none."""
    if len(content) < _HEADER.size:
        raise ValueError(f"{name} is not a PNG picture")
    signature, kind, width, height, _, colour = _HEADER.unpack_from(content)
    if signature != _PNG or kind != b"IHDR":
        raise ValueError(f"{name} is not a PNG picture")
    return Picture(width, height, colour in _ALPHA or b"tRNS" in content[:4096])
