"""What can be asked of set-up: the wizard's four steps, the one-time code, who manages, who is accountable."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from handlers.calendar import Pattern, parse_time, zone
from handlers.providers.people_commands import AskContract, AskLeave, Returned, ShowTeam
from handlers.providers.rules import country_read
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined, Invalid, Raw

SIDES = {
    "client": Side.CLIENT,
    "ours": Side.CLIENT,
    "us": Side.CLIENT,
    "provider": Side.PROVIDER,
    "theirs": Side.PROVIDER,
    "them": Side.PROVIDER,
}
NOBODY = "none"
HERE = "here:"
"""Begins the value of a choice that binds the channel one is in, before the programme's id."""
DIRECT = "direct"
LONGEST_NAME = 80
LONGEST_TARGETS = 400
RESTART = Button("providers.setup", "Set up a provider")
ESCALATION = Button("escalation.show", "Escalation", style="primary")
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Carried:
    """What the wizard's forms carry: the programme's id once there is one, the provider's for a second programme, and
    the channel that is being set up ("" when none is to be bound). Ids only; they are checked again."""

    programme_id: int | None = None
    provider_id: int | None = None
    channel: str = ""

    def __str__(self) -> str:
        return json.dumps({"programme": self.programme_id, "provider": self.provider_id, "channel": self.channel})

    @classmethod
    def read(cls, text: str) -> Carried:
        """What ``str`` wrote; anything else means that the form is not one of ours."""
        try:
            found = json.loads(text or "{}")
            programme, provider, channel = found.get("programme"), found.get("provider"), found.get("channel") or ""
            return cls(
                None if programme is None else int(programme), None if provider is None else int(provider), str(channel)
            )
        except (ValueError, TypeError, AttributeError) as problem:
            raise Declined("This form is out of date. Open it again.", RESTART) from problem


@dataclass(frozen=True, slots=True)
class OpenSetup:
    """Open the wizard: for the place one is in, for "programme:3", "provider:2", or a provider by name."""

    wanted: str = ""


@dataclass(frozen=True, slots=True)
class UseCode:
    """Become the first manager with the code the console printed."""

    code: str


@dataclass(frozen=True, slots=True)
class NameManager:
    """Let somebody of the client manage. ``who`` is a mention or a name, as typed."""

    who: str


@dataclass(frozen=True, slots=True)
class NameOwner:
    """Let somebody be owner or deputy. ``side`` None: the person's own."""

    who: str
    role: str
    side: Side | None


@dataclass(frozen=True, slots=True)
class BindInternal:
    """Let the channel one is in be the internal place of a programme."""

    wanted: str


@dataclass(frozen=True, slots=True)
class BindHere:
    """Let the channel one is in be a programme's shared channel on this platform too."""

    wanted: str


@dataclass(frozen=True, slots=True)
class Unbind:
    """The channel one is in is no channel of a programme any more."""

    wanted: str = ""


@dataclass(frozen=True, slots=True)
class AboutAccounts:
    """ "link" or "unlink", and the person as typed."""

    word: str
    who: str


SetupCommand = (
    AboutAccounts
    | BindHere
    | Unbind
    | OpenSetup
    | UseCode
    | NameManager
    | NameOwner
    | BindInternal
    | AskLeave
    | Returned
    | ShowTeam
    | AskContract
)


def parse_setup(raw: Raw, asker: Asker) -> SetupCommand:
    """Read what follows ``setup``. Raises ``Invalid`` for a sub-command whose object is missing."""
    word, _, rest = raw.words.strip().partition(" ")
    rest = rest.strip()
    match word.casefold():
        case "code":
            return UseCode(_needed(rest, "code", "setup code ABCD-EFGH, as the console printed it"))
        case "manager" | "admin":
            return NameManager(_needed(rest, "manager", "setup manager @maya"))
        case "owner" | "deputy" as role:
            return _named_owner(role, rest)
        case "internal":
            return BindInternal(rest)
        case "link" | "unlink" as word:
            return AboutAccounts(word, rest)
        case "here":
            return BindHere(rest)
        case "unbind":
            return Unbind(rest)
        case "left":
            return AskLeave(who=rest)
        case "back" if rest.startswith(("@", "<@", "<at>")):  # without a mention it may begin a company's name
            return Returned(rest)
        case "returned":
            return Returned(_needed(rest, "returned", "setup returned @jo"))
        case "people" | "team":
            return ShowTeam(rest)
        case "contract":
            return AskContract(rest)
        case "escalation":
            raise Declined("Here is who is brought in when an issue waits too long, on both sides.", ESCALATION)
        case _ if raw.value.startswith(HERE):
            return BindHere(raw.value.removeprefix(HERE))
        case _:
            return OpenSetup(raw.value or raw.words.strip())


def parse_internal(raw: Raw, asker: Asker) -> BindInternal:
    """A programme was chosen for the internal place one is in."""
    return BindInternal(raw.value or raw.words.strip())


def parse_here(raw: Raw, asker: Asker) -> BindHere:
    """A programme was chosen for the channel one is in."""
    return BindHere(raw.value or raw.words.strip())


def parse_unbind(raw: Raw, asker: Asker) -> Unbind:
    """A channel was bound by mistake, or is left."""
    return Unbind(raw.value or raw.words.strip())


def _needed(text: str, name: str, example: str) -> str:
    if not text:
        raise Invalid({name: f"After {name!r} something is missing. Type it like this: {example}"})
    return text


def _named_owner(role: str, rest: str) -> NameOwner:
    """The side may stand at the end: "owner @jo provider"."""
    who, _, last = rest.rpartition(" ")
    side = SIDES.get(last.casefold())
    who = who.strip() if side is not None else rest
    return NameOwner(_needed(who, role, f"setup {role} @jo provider"), role, side)


@dataclass(frozen=True, slots=True)
class Company:
    """Step 1: who it is and where. ``zone`` is as written; with "" the country's only one is meant. ``contract_end`` is as
    written too: "" for an open end, None where the form had no such field."""

    carried: Carried
    provider: str
    country: str
    zone: str
    programme: str
    contract_end: str | None = None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Company:
        """Raises ``Invalid`` at the field that cannot be read."""
        problems: dict[str, str] = {}
        provider = _name(raw.values, "provider", "Northwind Manila", problems)
        programme = _name(raw.values, "programme", "Voice support", problems)
        country = _read(raw.values, "country", country_read, problems)
        where = raw.values.get("zone", "").strip()
        if where:
            where = _read(raw.values, "zone", lambda text: zone(text).key, problems) or where
        if problems or country is None:
            raise Invalid(problems)
        end = raw.values.get("contract_end")
        return cls(Carried.read(raw.hidden), provider, country, where, programme, None if end is None else end.strip())


@dataclass(frozen=True, slots=True)
class KeyMetrics:
    """Step 2: a ready-made set ("" for none) and metrics of one's own choice beside it, by catalogue id; ``targets`` as they
    were typed, one a line."""

    carried: Carried
    preset: str
    own: tuple[str, ...]
    targets: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> KeyMetrics:
        """Comma-joined choices; whether they fit the budget is decided with the catalogue at hand."""
        preset = raw.values.get("preset", "").strip()
        own = tuple(each.strip() for each in raw.values.get("own", "").split(",") if each.strip())
        targets = raw.values.get("targets", "")
        if len(targets) > LONGEST_TARGETS:
            raise Invalid(
                {"targets": f"This has {len(targets)} characters, at most {LONGEST_TARGETS} fit: one line a metric."}
            )
        return cls(Carried.read(raw.hidden), "" if preset == NOBODY else preset, own, targets)


@dataclass(frozen=True, slots=True)
class People:
    """Step 3: the platform's user id of whoever holds each post, "" for nobody."""

    carried: Carried
    client_owner: str
    client_deputy: str
    provider_owner: str
    provider_deputy: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> People:
        """Raises ``Invalid`` where one person is to be both owner and deputy."""
        values = {name: raw.values.get(name, "").strip() for name in POSTS}
        problems: dict[str, str] = {}
        for side in ("client", "provider"):
            if values[f"{side}_deputy"] and values[f"{side}_deputy"] == values[f"{side}_owner"]:
                problems[f"{side}_deputy"] = "The owner cannot be their own deputy: choose somebody else, or nobody."
        if problems:
            raise Invalid(problems)
        return cls(Carried.read(raw.hidden), **values)


POSTS = ("client_owner", "client_deputy", "provider_owner", "provider_deputy")


@dataclass(frozen=True, slots=True)
class Times:
    """Step 4: when the digest goes out and figures are asked for, and where internal things go.

    ``internal`` is "direct", or the id of a channel row of ours that is internal already.
    """

    carried: Carried
    digest_wall: str
    anchor_zone: str
    figures_wall: str
    internal: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Times:
        """Raises ``Invalid`` at the field that cannot be read."""
        problems: dict[str, str] = {}
        day = raw.values.get("day", "").strip()
        at = _read(raw.values, "time", lambda text: f"{parse_time(text):%H:%M}", problems)
        anchor = _read(raw.values, "zone", lambda text: zone(text).key, problems)
        figures = _read(raw.values, "figures", lambda text: str(Pattern.parse(text, "figures")), problems)
        digest = _read({"day": f"{day} {at or '08:30'}"}, "day", lambda text: str(Pattern.parse(text, "day")), problems)
        if problems or anchor is None or figures is None or digest is None:
            raise Invalid(problems)
        return cls(Carried.read(raw.hidden), digest, anchor, figures, raw.values.get("internal", "") or DIRECT)


def _name(values: Mapping[str, str], name: str, example: str, problems: dict[str, str]) -> str:
    found = " ".join(values.get(name, "").split())
    if not found:
        problems[name] = f"The {name} needs a name, for example {example}."
    elif len(found) > LONGEST_NAME:
        problems[name] = f"{len(found)} characters are too long for a name; {LONGEST_NAME} fit, for example {example}."
    return found


def _read(values: Mapping[str, str], name: str, read: Callable[[str], Read], problems: dict[str, str]) -> Read | None:
    try:
        return read(values.get(name, ""))
    except ValueError as problem:
        problems[name] = str(problem)
        return None
