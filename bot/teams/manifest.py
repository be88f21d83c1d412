"""The app's manifest for Teams: what Teams is asked for, each permission with its reason, and the commands it offers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from bot.teams.icons import GROUND
from bot.teams.settings import PATH
from handlers.vocabulary.route import Verb

VERSION = "1.25"
"""The first manifest in which bots may take part in shared channels."""
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
COLOR, OUTLINE = "color.png", "outline.png"

SCOPES: Mapping[str, str] = {
    "team": "to talk in the channels of a team, the shared ones too, where it is added to the channel itself",
    "personal": "to send a reminder or a private answer to one person, and to show them their Home",
}
"""Where the bot can be used. Not in group chats: they have no threads, so a plain reply could not be told from small talk."""

PERMISSIONS: Mapping[str, str] = {
    "ChannelMessage.Read.Group": "to hear plain replies in the team's channels without a mention, and to find its own "
    "posts after a crash instead of posting twice",
    "ChannelMember.Read.Group": "to see who reads a channel, people of other companies among them, before anything "
    "internal is said there",
    "TeamsAppInstallation.Read.Group": "to let the check tell which of these are granted, and which version of this "
    "package is installed",
}
"""Resource-specific permissions of type Application, for the teams it is added to and no others, each with its reason.
Source: learn.microsoft.com, "Resource-specific consent for your Teams app"; "Bots in shared channels"."""

LISTED = 12
"""Commands in one list. Source: the manifest's schema."""
EXTRAS = ("home", "undo")
"""Verbs that help does not list and a menu should, as long as there is room."""
TITLE, DESCRIPTION = 32, 128
"""Characters of a command's title and description that every client shows whole; the schema allows more."""
_IDS = UUID("5c3dfc3c-1b0e-5e0f-9c56-1f7b1f2f7a61")
"""Any app's id is derived from this one and its client id, so that a new package updates the old one."""


@dataclass(frozen=True, slots=True)
class App:
    """Whose app it is. ``url`` is the public https address of this Parley; ``company`` who runs it, with its pages.

    ``version`` is "major.minor.patch"; Teams takes a package as an update only if it rises. Raises ValueError naming what
    cannot be used, and the way out.
    """

    client_id: str
    url: str
    version: str
    name: str = "Parley"
    company: str = "Parley"
    website: str = ""
    privacy: str = ""
    terms: str = ""

    def __post_init__(self) -> None:
        try:
            UUID(self.client_id)
        except ValueError:
            raise ValueError(
                f"client id: {self.client_id!r} is not an id such as 00000000-0000-0000-0000-000000000000; it stands in the"
                " app registration's Overview, and in TEAMS_CLIENT_ID"
            ) from None
        host(self.url)
        for name, url in (("website", self.website), ("privacy", self.privacy), ("terms", self.terms)):
            if url and not url.startswith("https://"):
                raise ValueError(f"{name}: {url!r} is not an https address of a page of yours")
        for name, text, most in (("name", self.name, 30), ("company", self.company, 32)):
            if not text.strip() or len(text) > most:
                raise ValueError(f"{name}: {text!r} has {len(text)} characters; Teams shows 1 to {most}")

    @property
    def endpoint(self) -> str:
        """The messaging endpoint: what is entered at the bot's registration."""
        return self.url.rstrip("/") + PATH

    @property
    def id(self) -> str:
        """The app's own id in Teams, always the same for one client id."""
        return app_id(self.client_id)


def app_id(client_id: str) -> str:
    """The id under which a client id's app stands in Teams' catalogue."""
    return str(uuid5(_IDS, client_id.casefold()))


def host(url: str) -> str:
    """The host of a public address. Raises ValueError for one that Teams cannot call."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(
            f"url: {url!r} is not an https address; Teams calls no other, for example https://parley.example.com"
        )
    if parts.hostname == "localhost" or _is_private(parts.hostname):
        raise ValueError(f"url: {url!r} is an address of this machine or network; Teams calls from the internet")
    return parts.hostname


def _is_private(name: str) -> bool:
    try:
        return not ip_address(name).is_global
    except ValueError:
        return False


def manifest(app: App, verbs: Sequence[Verb], help_verb: Verb) -> dict[str, Any]:
    """The manifest as data. ``verbs`` is the program's own table, so that the menu offers what there is."""
    page = app.url.rstrip("/")
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": app.version,
        "id": app.id,
        "developer": {
            "name": app.company,
            "websiteUrl": app.website or page,
            "privacyUrl": app.privacy or page,
            "termsOfUseUrl": app.terms or page,
        },
        "name": {"short": app.name, "full": f"{app.name}: vendor governance in the channel you share"[:100]},
        "description": {
            "short": "Reviews, issues, actions and digests where both companies already talk",
            "full": _FULL.format(name=app.name),
        },
        "icons": {"color": COLOR, "outline": OUTLINE},
        "accentColor": GROUND,
        "bots": [_bot(app, commands(verbs, help_verb))],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [host(app.url)],
        "webApplicationInfo": {"id": app.client_id.casefold(), "resource": f"api://botid-{app.client_id.casefold()}"},
        "authorization": {
            "permissions": {"resourceSpecific": [{"name": name, "type": "Application"} for name in PERMISSIONS]}
        },
        "supportsChannelFeatures": "tier1",
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot"},
    }


def commands(verbs: Sequence[Verb], help_verb: Verb) -> list[dict[str, str]]:
    """The menu: the verbs that help lists, a few silent ones while there is room, and help itself at the end."""
    listed = [verb for verb in verbs if not verb.silent]
    extras = [verb for name in EXTRAS for verb in verbs if verb.word == name and verb.silent]
    shown = [*[*listed, *extras][: LISTED - 1], help_verb]
    return [{"title": verb.word, "description": described(verb.help)} for verb in shown]


def described(words: str) -> str:
    """A verb's help as a menu shows it: what to type in quotes, a capital in front, cut at a word's end."""
    plain = re.sub(r"`([^`]*)`", r"“\1”", words)
    plain = plain[:1].upper() + plain[1:]
    return plain if len(plain) <= DESCRIPTION else plain[: DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"


def _bot(app: App, menu: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "botId": app.client_id.casefold(),
        "scopes": list(SCOPES),
        "commandLists": [{"scopes": [scope], "commands": menu} for scope in SCOPES],
        "isNotificationOnly": False,
        "supportsFiles": False,
    }


_FULL = (
    "{name} keeps a company and its outsourced providers talking regularly, measuring few things well, and acting on what "
    "they find.\n\n"
    "It collects issues and action items, reminds their owners in their own morning, asks for the few figures that matter "
    "and posts one weekly digest that both sides read. Managers mention it; providers simply reply in the thread.\n\n"
    "It posts one unprompted message a channel and day, never at night, and every message says why it came. What is "
    "internal is never shown where another company reads.\n\n"
    "It is run by your own company: what is said to it stays in the database your company chose."
)
