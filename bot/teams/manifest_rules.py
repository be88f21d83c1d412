"""The rules a Teams manifest has to keep, as the documentation states them: each broken one is a sentence with a way out.

Sources: the JSON schema of manifest 1.25, and learn.microsoft.com, "App manifest" and "Resource-specific consent".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.teams.manifest import LISTED, SCHEMA, VERSION

ID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
SEMVER = re.compile(r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:[-+][0-9A-Za-z.+-]+)?")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
HOST = re.compile(r"(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d+)?")
PERMISSION = re.compile(r"[A-Za-z]+(?:\.[A-Za-z]+)*\.(?:Group|Chat|User)")

TEXTS: Mapping[str, int] = {
    "name.short": 30,
    "name.full": 100,
    "description.short": 80,
    "description.full": 4000,
    "developer.name": 32,
}
"""Characters of each text, all of them needed."""
PAGES = ("developer.websiteUrl", "developer.privacyUrl", "developer.termsOfUseUrl")
LONGEST_URL = 2048
LISTS, DOMAINS, CONSENTS = 3, 16, 16
TITLE, DESCRIPTION = 128, 4000
KNOWN = frozenset({"team", "personal", "groupChat", "copilot"})


def problems_of(manifest: Mapping[str, Any]) -> list[str]:
    """What Teams would refuse, a sentence each. A manifest of another version is only told so: its rules are others."""
    if manifest.get("manifestVersion") != VERSION:
        return [f"manifestVersion is {manifest.get('manifestVersion')!r}: {VERSION!r} is the one that is known here"]
    return [
        *_head(manifest),
        *_texts(manifest),
        *_bots(manifest),
        *_access(manifest),
        *_domains(manifest),
    ]


def at(manifest: Mapping[str, Any], path: str) -> Any:
    """What stands at a path such as "name.short"; None where nothing does."""
    found: Any = manifest
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _head(manifest: Mapping[str, Any]) -> Iterator[str]:
    if manifest.get("$schema", SCHEMA) != SCHEMA:
        yield f"$schema is {manifest['$schema']!r}: with manifestVersion {VERSION} it is {SCHEMA}"
    for path, pattern, example in (
        ("id", ID, "an id such as 00000000-0000-0000-0000-000000000000"),
        ("version", SEMVER, "three numbers such as 1.0.0"),
        ("accentColor", COLOUR, "a colour such as #1f2a44"),
    ):
        if not _fits(pattern, at(manifest, path)):
            yield f"{path} is {at(manifest, path)!r}: it must be {example}"
    for which in ("color", "outline"):
        name = at(manifest, f"icons.{which}")
        if not isinstance(name, str) or not name or name.startswith("/") or ".." in name:
            yield f"icons.{which} is {name!r}: it must name a picture in the package"


def _texts(manifest: Mapping[str, Any]) -> Iterator[str]:
    for path, most in TEXTS.items():
        yield from _text(path, at(manifest, path), most)
    for path in PAGES:
        url = at(manifest, path)
        if not isinstance(url, str) or not url.startswith("https://") or len(url) > LONGEST_URL:
            yield f"{path} is {url!r}: it must be the https address of a page"


def _text(path: str, value: Any, most: int) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip():
        yield f"{path} is {value!r}: it must be a text of up to {most} characters"
    elif len(value) > most:
        yield f"{path} has {len(value)} characters, and {most} are allowed: shorten it"


def _bots(manifest: Mapping[str, Any]) -> Iterator[str]:
    bots = manifest.get("bots")
    if not isinstance(bots, list) or len(bots) != 1 or not isinstance(bots[0], Mapping):
        yield "bots must list one bot, with its botId and scopes"
        return
    bot = bots[0]
    if not _fits(ID, bot.get("botId")):
        yield f"bots.botId is {bot.get('botId')!r}: it must be the client id of the bot's app registration"
    scopes = bot.get("scopes")
    if not isinstance(scopes, list) or not scopes or not _known(scopes):
        yield f"bots.scopes is {scopes!r}: it must list some of {', '.join(sorted(KNOWN))}"
        return
    if "team" in scopes and manifest.get("supportsChannelFeatures") != "tier1":
        yield 'supportsChannelFeatures must be "tier1" for a bot with the scope team; without it there are no shared channels'
    yield from _menus(bot.get("commandLists", []), scopes)


def _menus(menus: Any, scopes: list[Any]) -> Iterator[str]:
    if not isinstance(menus, list) or len(menus) > LISTS:
        yield f"bots.commandLists must be a list of at most {LISTS}, one a scope"
        return
    for number, menu in enumerate(menus):
        where = f"bots.commandLists[{number}]"
        asked = menu.get("scopes") if isinstance(menu, Mapping) else None
        if not isinstance(asked, list) or not asked or not all(scope in scopes for scope in asked):
            yield f"{where}.scopes is {asked!r}: it must name scopes of the bot"
        commands = menu.get("commands") if isinstance(menu, Mapping) else None
        if not isinstance(commands, list) or len(commands) > LISTED:
            yield f"{where}.commands must be a list of at most {LISTED}"
            continue
        for place, command in enumerate(commands):
            told = command if isinstance(command, Mapping) else {}
            yield from _text(f"{where}.commands[{place}].title", told.get("title"), TITLE)
            yield from _text(f"{where}.commands[{place}].description", told.get("description"), DESCRIPTION)


def _access(manifest: Mapping[str, Any]) -> Iterator[str]:
    asked = at(manifest, "authorization.permissions.resourceSpecific")
    if asked is None:
        return
    if not isinstance(asked, list) or len(asked) > CONSENTS:
        yield f"authorization.permissions.resourceSpecific must be a list of at most {CONSENTS}"
        return
    names = [each.get("name") if isinstance(each, Mapping) else None for each in asked]
    for place, (each, name) in enumerate(zip(asked, names, strict=True)):
        if not _fits(PERMISSION, name) or each.get("type") not in ("Application", "Delegated"):
            yield f"resourceSpecific has {each!r}: it must be a permission's name such as ChannelMessage.Read.Group and its type"
        elif name in names[:place]:
            yield f"resourceSpecific has {name} more than once: take one out"
    if asked and not _fits(ID, at(manifest, "webApplicationInfo.id")):
        yield "webApplicationInfo.id must be the client id of the app registration: permissions are granted to it"
    if asked and not at(manifest, "webApplicationInfo.resource"):
        yield "webApplicationInfo.resource is empty: any text will do, but Teams refuses permissions without one"


def _domains(manifest: Mapping[str, Any]) -> Iterator[str]:
    domains = manifest.get("validDomains", [])
    if not isinstance(domains, list) or len(domains) > DOMAINS:
        yield f"validDomains must be a list of at most {DOMAINS} hosts"
        return
    for domain in domains:
        if not _fits(HOST, domain) or domain.count(".") < 1:
            yield f"validDomains has {domain!r}: it must be a host such as parley.example.com, without https:// and path"


def _fits(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _known(scopes: list[Any]) -> bool:
    return all(isinstance(scope, str) and scope in KNOWN for scope in scopes)
