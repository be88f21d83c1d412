"""The app package for Teams asks for what is used and no more, is the same every time, and what Teams would refuse is said."""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator  # type: ignore[import-untyped]  # its stubs are not installed

from bot.commands.choosing import main
from bot.teams import icons
from bot.teams.clients import ENDPOINT
from bot.teams.manifest import (
    DESCRIPTION,
    LISTED,
    PERMISSIONS,
    SCOPES,
    TITLE,
    VERSION,
    App,
    app_id,
    commands,
    described,
    manifest,
)
from bot.teams.manifest_rules import problems_of
from bot.teams.package import measured, package, read, validate
from bot.teams.settings import PATH
from handlers.help.desk import HELP
from handlers.routes import VERBS, table
from handlers.vocabulary.route import Verb
from storage.version import PROGRAM
from tests.bot.teams.official import manifest_schema

CLIENT = "11111111-2222-4333-8444-555555555555"
APP = App(CLIENT, "https://parley.example.com/", "1.2.3")


def ours() -> dict[str, Any]:
    """The manifest as it is written, to change."""
    told: dict[str, Any] = json.loads(json.dumps(manifest(APP, VERBS, HELP)))
    return told


def packed(folder: Path, told: dict[str, Any] | str, **more: bytes) -> Path:
    """A package with this manifest. ``more`` are files by name, "_" for the dot; empty ones are left out."""
    file = folder / "package.zip"
    files = {"manifest.json": told.encode() if isinstance(told, str) else json.dumps(told).encode()}
    files |= {"color.png": icons.color(), "outline.png": icons.outline()}
    files |= {name.replace("_", "."): content for name, content in more.items()}
    with zipfile.ZipFile(file, "w") as out:
        for name, content in files.items():
            if content:
                out.writestr(name, content)
    return file


def points(content: bytes) -> list[tuple[int, int, int, int]]:
    """The points of an 8-bit RGBA picture without interlacing: red, green, blue, alpha."""
    width, height = struct.unpack_from(">II", content, 16)
    assert struct.unpack_from(">BBBBB", content, 24) == (8, 6, 0, 0, 0)
    data, place = b"", 8
    while place < len(content):
        (size,) = struct.unpack_from(">I", content, place)
        if content[place + 4 : place + 8] == b"IDAT":
            data += content[place + 8 : place + 8 + size]
        place += size + 12
    lines, raw, above = [], zlib.decompress(data), bytes(width * 4)
    for row in range(height):
        kind, line = raw[row * (width * 4 + 1)], bytearray(raw[row * (width * 4 + 1) + 1 :][: width * 4])
        for at in range(width * 4):
            left, up = (line[at - 4] if at >= 4 else 0), above[at]
            corner = above[at - 4] if at >= 4 else 0
            guess = min((left, up, corner), key=lambda each: abs(left + up - corner - each))
            line[at] = (line[at] + (0, left, up, (left + up) // 2, guess)[kind]) % 256
        above = bytes(line)
        lines += [tuple(line[at : at + 4]) for at in range(0, width * 4, 4)]
    return lines  # type: ignore[return-value]  # four numbers each


# --- what is asked for


def test_the_menu_offers_the_programs_own_verbs() -> None:
    """Every verb that help lists stands in the menu of both places with what it does, help at the end, never more than
    Teams shows, each short enough to be read whole."""
    menus = ours()["bots"][0]["commandLists"]
    assert [menu["scopes"] for menu in menus] == [["team"], ["personal"]] == [[scope] for scope in SCOPES]
    listed = [verb.word for verb in VERBS if not verb.silent]
    for menu in menus:
        titles = [command["title"] for command in menu["commands"]]
        assert titles[: len(listed)] == listed and titles[-1] == "help" and 10 <= len(titles) <= LISTED
        assert set(titles) <= {verb.word for verb in table().verbs} and len(set(titles)) == len(titles)
        assert all(len(each["title"]) <= TITLE and len(each["description"]) <= DESCRIPTION for each in menu["commands"])
        assert not any("`" in each["description"] for each in menu["commands"])


def test_a_longer_table_keeps_help_and_drops_extras() -> None:
    """With more verbs than a menu holds the last place is still help's, and what help does not list goes first."""
    many = [Verb(f"verb{number}", "x", "does it") for number in range(14)]
    titles = [each["title"] for each in commands([*many, Verb("home", "y", "all", silent=True)], HELP)]
    assert titles == [*(f"verb{number}" for number in range(LISTED - 1)), "help"]
    assert described("word " * 60).endswith(" word…") and len(described("word " * 60)) <= DESCRIPTION


def test_one_client_id_is_one_app() -> None:
    """The app's id follows from the client id alone, so that a later package of another address updates the first."""
    moved = replace(APP, url="https://elsewhere.example.com", version="2.0.0")
    assert manifest(moved, VERBS, HELP)["id"] == ours()["id"] == app_id(CLIENT.upper()) != CLIENT
    assert app_id("11111111-2222-4333-8444-555555555556") != APP.id


def test_the_endpoint_is_the_doors_own() -> None:
    """What the administrator enters at the bot's registration is where the door listens, and its host is a valid domain."""
    assert PATH == ENDPOINT
    assert APP.endpoint == f"https://parley.example.com{ENDPOINT}"
    assert ours()["validDomains"] == ["parley.example.com"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"client_id": "parley"}, "client id: 'parley'"),
        ({"url": "http://parley.example.com"}, "https address"),
        ({"url": "https://"}, "https address"),
        ({"url": "https://localhost:8080"}, "from the internet"),
        ({"url": "https://192.168.1.4"}, "from the internet"),
        ({"company": "x" * 33}, "company: .* has 33 characters"),
        ({"name": " "}, "name: ' '"),
        ({"privacy": "example.com/privacy"}, "privacy: .*https address"),
    ],
)
def test_an_app_that_cannot_work_is_refused(change: dict[str, str], word: str) -> None:
    """A wrong id, an address Teams cannot call and texts that are too long are named with the way out."""
    with pytest.raises(ValueError, match=word):
        replace(APP, **change)


# --- the file


def test_the_package_is_the_same_every_time(tmp_path: Path) -> None:
    """Two packages of one app are the same bytes, hold three files, and nothing is to mend in them."""
    first, second = package(ours()), package(ours())
    assert first == second
    file = tmp_path / "parley.zip"
    file.write_bytes(first)
    assert zipfile.ZipFile(BytesIO(first)).namelist() == ["manifest.json", "color.png", "outline.png"]
    assert read(file) == ours() and validate(file) == []


def test_the_pictures_are_as_teams_wants_them() -> None:
    """The coloured one is 192 wide and nowhere transparent; the outline is 32 wide, white wherever something is, and mostly
    nothing."""
    color, outline = icons.color(), icons.outline()
    assert (measured("c", color).width, measured("c", color).height) == (192, 192)
    assert {point[3] for point in points(color)} == {255} and len(set(points(color))) > 3
    drawn = [point for point in points(outline) if point[3]]
    assert len(points(outline)) == 32 * 32 and 100 < len(drawn) < 32 * 32 / 2
    assert {point[:3] for point in drawn} == {(255, 255, 255)}


BROKEN: list[tuple[str, Any, str]] = [
    ("id", "parley", "id is 'parley'"),
    ("accentColor", "blue", "accentColor is 'blue'"),
    ("name.short", "x" * 31, "name.short has 31 characters, and 30"),
    ("name.full", "x" * 101, "name.full has 101"),
    ("description.short", "x" * 81, "description.short has 81"),
    ("description.full", "x" * 4001, "description.full has 4001"),
    ("developer.name", "x" * 33, "developer.name has 33"),
    ("developer.privacyUrl", "example.com", "developer.privacyUrl is 'example.com'"),
    ("icons.outline", None, "icons.outline is None"),
    ("bots.0.botId", "parley", "bots.botId is 'parley'"),
    ("bots.0.scopes", ["channel"], "bots.scopes is ['channel']"),
    ("bots.0.commandLists.0.scopes", ["channel"], "commandLists[0].scopes is ['channel']"),
    ("bots.0.commandLists.1.commands.2.title", "x" * 129, "commandLists[1].commands[2].title has 129"),
    ("bots.0.commandLists.1.commands.2.description", None, "commands[2].description is None"),
    ("bots.0.commandLists", [{"scopes": ["team"], "commands": []}] * 4, "at most 3"),
    ("bots.0.commandLists.0.commands", [{"title": "a", "description": "b"}] * 13, "at most 12"),
    ("supportsChannelFeatures", "tier2", "no shared channels"),
    ("webApplicationInfo.id", "parley", "webApplicationInfo.id"),
    ("validDomains", ["a.example.com"] * 17, "at most 16"),
    ("authorization.permissions.resourceSpecific.0.type", "Both", "'type': 'Both'"),
    (
        "authorization.permissions.resourceSpecific",
        [{"name": "A.Read.Group", "type": "Application"}] * 2,
        "more than once",
    ),
]
"""Where something wrong stands, what, and what is said of it: each is refused by Microsoft's schema as well."""
OURS_ONLY: list[tuple[str, Any, str]] = [
    ("bots", [], "one bot"),
    ("version", "1.2", "version is '1.2'"),
    ("$schema", "https://example.com/schema.json", "$schema is"),
    ("name.short", " ", "name.short is ' '"),
    ("developer.websiteUrl", "http://example.com", "https address"),
    ("icons.color", "../color.png", "icons.color is '../color.png'"),
    ("bots.0.scopes", ["personal"], "commandLists[0].scopes is ['team']"),
    ("supportsChannelFeatures", None, "no shared channels"),
    ("webApplicationInfo.resource", "", "webApplicationInfo.resource is empty"),
    ("validDomains", ["https://parley.example.com/"], "without https://"),
    ("validDomains", ["localhost"], "validDomains has 'localhost'"),
    ("authorization.permissions.resourceSpecific.1.name", "Everything", "'Everything'"),
]
"""What the schema lets pass and Teams does not."""


def changed(place: str, value: Any) -> dict[str, Any]:
    """The manifest with one thing changed, or taken out (None)."""
    told: Any = ours()
    *steps, last = place.split(".")
    inner = told
    for step in steps:
        inner = inner[int(step) if step.isdigit() else step]
    if value is None:
        del inner[last]
    else:
        inner[int(last) if last.isdigit() else last] = value
    return dict(told)


@pytest.mark.parametrize(("place", "value", "word"), [*BROKEN, *OURS_ONLY])
def test_each_broken_rule_is_named(place: str, value: Any, word: str) -> None:
    """Whatever breaks a rule is said in one sentence that names the place, and nothing else is complained of."""
    found = problems_of(changed(place, value))
    assert len(found) == 1 and word in found[0]


@pytest.mark.slow
def test_the_official_schema_says_the_same() -> None:
    """Microsoft's own schema finds nothing wrong in what we write, and refuses each of the broken ones."""
    official = Draft4Validator(manifest_schema(VERSION))
    assert list(official.iter_errors(ours())) == []
    passed = [place for place, value, _ in BROKEN if official.is_valid(changed(place, value))]
    assert passed == []


def test_another_version_is_only_told_so() -> None:
    """Rules of another manifest version are not guessed."""
    assert problems_of(ours() | {"manifestVersion": "1.19"}) == [
        "manifestVersion is '1.19': '1.25' is the one that is known here"
    ]


@pytest.mark.parametrize(
    ("told", "files", "word"),
    [
        ("{", {}, "manifest.json is not JSON: .* in line 1"),
        ("[]", {}, "no object but list"),
        (None, {"manifest_json": b""}, "manifest.json is not in the package$"),
        (None, {"manifest_json": b"", "app/manifest_json": b"{}"}, "in a folder .*zip the files, not their folder"),
        (None, {"manifest_json": b"\xff\xfe"}, "not UTF-8"),
        (None, {"outline_png": b""}, "outline.png is not in the package"),
        (None, {"outline_png": icons.color()}, "outline.png is 192 x 192: icons.outline must be 32 x 32"),
        (None, {"color_png": icons.outline()}, "color.png is 32 x 32: icons.color must be 192 x 192"),
        (None, {"color_png": b"GIF89a" + bytes(40)}, "color.png is not a PNG picture"),
        (None, {"notes_txt": b"mine"}, "notes.txt is in the package and nothing names it"),
    ],
)
def test_a_broken_package_is_named(tmp_path: Path, told: str | None, files: dict[str, bytes], word: str) -> None:
    """Missing, foreign and misplaced files and pictures of another size are each said, by their name."""
    found = validate(packed(tmp_path, ours() if told is None else told, **files))
    assert any(re.search(word, each) for each in found), found


def test_a_picture_without_a_clear_ground_is_named(tmp_path: Path) -> None:
    """An outline picture without any transparency would be a white square in Teams' bar."""
    opaque = bytearray(icons.outline())
    opaque[25] = 2  # the colour type without alpha
    assert validate(packed(tmp_path, ours(), outline_png=bytes(opaque))) == [
        "outline.png has no transparent ground: icons.outline is white lines on nothing"
    ]


def test_what_is_no_package_is_said(tmp_path: Path) -> None:
    """A file that is not there, one that is no zip, and one that is far too large."""
    (tmp_path / "text").write_text("hello")
    assert "there is no such file" in validate(tmp_path / "nowhere.zip")[0]
    assert "is not a zip file" in validate(tmp_path / "text")[0]
    large = packed(tmp_path, ours(), notes_txt=bytes(6 * 1024 * 1024))
    assert "holds more than" in validate(large)[0]


# --- the command


def test_the_command_writes_and_tells_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It writes the package beside one, names the endpoint and each permission with its reason, and finds nothing to mend."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARLEY_PUBLIC_URL", "https://parley.example.com")
    assert main(["manifest", "teams", "--client-id", CLIENT]) == 0
    said = capsys.readouterr().out
    assert read(tmp_path / "parley-teams.zip")["version"] == PROGRAM and "nothing to mend" in said
    assert "https://parley.example.com/api/messages" in said
    assert all(f"{name}: {reason}" in said for name, reason in {**PERMISSIONS, **SCOPES}.items())
    assert main(["manifest", "teams", "--check", "parley-teams.zip"]) == 0


def test_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a client id, an address or a place to write to it ends with 2 and the way out; a bad package ends with 1."""
    monkeypatch.chdir(tmp_path)
    wanted = ["manifest", "teams", "--client-id", CLIENT]
    for words, way_out in (
        (["manifest", "teams"], "TEAMS_CLIENT_ID"),
        (wanted, "PARLEY_PUBLIC_URL"),
        ([*wanted, "--url", "https://localhost"], "from the internet"),
        ([*wanted, "--url", "https://p.example.com", "--out", "no/where.zip"], "--out"),
    ):
        assert main(words) == 2 and way_out in capsys.readouterr().err
    packed(tmp_path, changed("supportsChannelFeatures", None))
    assert main(["manifest", "teams", "--check", "package.zip"]) == 1
    assert "Teams would refuse" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "socket"),
    [
        ({}, False),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, True),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "hush"}, False),
        ({"TEAMS_CLIENT_ID": CLIENT, "TEAMS_TENANT_ID": CLIENT, "TEAMS_CLIENT_SECRET": "hush"}, True),
    ],
)
def test_the_address_for_teams_is_not_slacks_way_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], socket: bool
) -> None:
    """A public address that is there for Teams leaves Slack on Socket Mode, unless Slack's own settings say HTTP."""
    monkeypatch.chdir(tmp_path)
    for name, value in {**given, "PARLEY_PUBLIC_URL": "https://parley.example.com"}.items():
        monkeypatch.setenv(name, value)
    assert main(["manifest", "slack", "--out", "manifest.yaml"]) == 0
    assert f"socket_mode_enabled: {str(socket).lower()}" in (tmp_path / "manifest.yaml").read_text()
