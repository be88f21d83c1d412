"""The stand-in Teams as a platform that is spoken through, and what its deliveries asked of the program."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from storage.models.teams import TeamsConversation
from storage.unit_of_work import UnitOfWork
from tests.chaos import names
from tests.chaos.asking import NOT_SAVED, Asked, Effect, Record, effects_of_words
from tests.chaos.cast import TEAMS, lead_name, provider, short
from tests.chaos.platform import Platform, Trouble, Weather
from tests.standins.teams import GENERAL, GROUP, INTERNAL, OFFICE_GROUP

FORM = "Report issue"
"""The button that sends the form in."""
VERB, ORDER = "report", "actions add"
"""What opens the form when it stands alone; an order is carried out by its words."""
AGAIN = (2.0, 6.0, 15.0, 30.0)
"""Seconds before an activity is sent again."""
ALONE = "my answer is for you alone"
"""What stands in a thread when the answer could not be written to the person directly; it is nobody's record, and not judged."""
LOOKS = 40
"""How often, five times a second, is looked for a form."""


class Teams(Platform):
    """The stand-in Teams. ``reads_back``: Graph lets the program read its channels; ``unsure`` is what it does where not."""

    module, cast, path, posting = "tests.standins.teams", TEAMS, "/api/messages", "post"

    def __init__(self, *, reads_back: bool = True, unsure: str = "twice") -> None:
        super().__init__()
        self._reads_back, self._unsure = reads_back, unsure
        self._at_form = asyncio.Lock()

    def tokens(self, caller: str) -> dict[str, str]:
        """A process' environment; its calls will bear its name."""
        told = self.told
        return {
            "TEAMS_CLIENT_ID": told["client_id"],
            "TEAMS_CLIENT_SECRET": f"{told['client_secret']}@{caller}",
            "TEAMS_TENANT_ID": told["tenant_id"],
            "TEAMS_SERVICE_URL": told["service_url"],
            "TEAMS_LOGIN_URL": told["login_url"],
            "TEAMS_METADATA_URL": told["metadata_url"],
            "TEAMS_GRAPH_URL": told["graph_url"],
            "TEAMS_UNSURE": self._unsure,
            "REQUESTS_CA_BUNDLE": told["ca_path"],
        }

    async def furnish(self, programmes: int, zone: str, weather: Weather) -> None:
        """Open the channels of one team, add the bot, and let it be trouble from now on."""
        cast = self.cast
        await self.control("people", {"name": "Maya Brooks", "aad_id": cast.manager, "timezone": zone})
        for number in range(programmes):
            lead = {"name": lead_name(number), "tenant": cast.vendor, "aad_id": cast.lead(number), "timezone": zone}
            await self.control("people", lead)
            slug = provider(number).lower().replace(" ", "-")
            shared, inside = cast.real(names.shared_channel(number)), cast.real(names.internal_channel(number))
            both, mine = [cast.manager, cast.lead(number)], [cast.manager]
            await self.control("channels", {"id": shared, "name": slug, "members": both, "kind": "shared"})
            await self.control("channels", {"id": inside, "name": f"{slug}-inside", "members": mine, "team": INTERNAL})
        settings = {
            "reads_all": True,
            "graph_allowed": self._reads_back,
            "shared_too": self._reads_back,
            "graph_delay": weather.late / 2,
            "retry_delays": AGAIN,
            "rates": None,
        }
        await self.control("settings", settings)
        await self.befall(_troubles(weather))

    def remembered(self, uow: UnitOfWork, programmes: int, now: datetime) -> None:
        """Where each channel is spoken to, and its team, as the activities of adding the bot tell it."""
        for number in range(programmes):
            teams = {
                names.shared_channel(number): (GENERAL, GROUP),
                names.internal_channel(number): (INTERNAL, OFFICE_GROUP),
            }
            for name, (team, group) in teams.items():
                row = TeamsConversation(
                    tenant=self.cast.host,
                    conversation=self.cast.real(name),
                    kind="channel",
                    layout="shared" if team == GENERAL else "standard",
                    team=team,
                    team_group=group,
                    service_url=self.told["service_url"],
                    seen_at=now,
                )
                uow.conversations.keep(row)

    async def mentions(self, person: str, channel: str, words: str) -> dict[str, Any]:
        """Mention the bot."""
        return await self._acts(person, "mention", channel, {"text": words})

    async def orders(self, person: str, channel: str, words: str) -> dict[str, Any]:
        """There is no command: a mention. People in it are mentioned by name."""
        for number in range(100):
            words = words.replace(f"{{{self.cast.lead(number)}}}", f"<at>{lead_name(number)}</at>")
        return await self.mentions(person, channel, words)

    async def fills_in(self, person: str, channel: str, words: str) -> dict[str, Any]:
        """Mentioning the bot with a verb alone brings the form into the person's own chat, where it is filled in: one at a
        time, for a form does not say whom it came for."""
        verb, _, title = words.partition(" ")
        if self._at_form.locked():
            return {"failure": "the manager fills in another form"}
        async with self._at_form:
            before = {id for _, id in await self._forms()}
            asked = await self.mentions(person, channel, verb)
            for _ in range(LOOKS if asked["failure"] is None else 0):
                fresh = [each for each in await self._forms() if each[1] not in before]
                if fresh:
                    return await self._acts(
                        person, "submits", fresh[0][0], {"values": {"Title": title}, "id": fresh[0][1]}
                    )
                await asyncio.sleep(0.2)
        return {**asked, "failure": asked["failure"] or "no form came"}

    async def says(self, person: str, channel: str, words: str, root: str) -> dict[str, Any]:
        """Reply in a thread."""
        return await self._acts(person, "says", channel, {"text": words, "thread": root})

    async def presses(self, person: str, channel: str, message: str, label: str) -> dict[str, Any]:
        """Press a button."""
        return await self._acts(person, "presses", channel, {"label": label, "id": message})

    async def standing(self) -> dict[str, Any]:
        """What stands in the channels, by their short names."""
        found = await super().standing()
        return {
            **found,
            "channels": {short(name): [_said(one) for one in said] for name, said in found["channels"].items()},
        }

    async def record(self) -> Record:
        """Everything the platform kept."""
        stands, delivered = await asyncio.gather(self.standing(), self.control("deliveries"))
        public = {
            name: [one for one in said if ALONE not in one["text"]]
            for name, said in stands["channels"].items()
            if name.startswith("C0")
        }
        return Record(delivered["deliveries"], public, [], self.cast.bot, asked_of)

    async def calls(self) -> list[dict[str, Any]]:
        """Every post and reply that was tried."""
        found = [await self.control(f"calls?method={method}") for method in ("post", "reply")]
        return [call for each in found for call in each["calls"]]

    async def under_way(self) -> list[dict[str, Any]]:
        """The posts and replies that wait for their answer."""
        found = [await self.control(f"under_way?method={method}") for method in ("post", "reply")]
        return [call for each in found for call in each["under_way"]]

    def key_of(self, call: Mapping[str, Any]) -> str:
        """From the card's first element."""
        attached = (call.get("body") or {}).get("attachments") or [{}]
        body = (attached[0].get("content") or {}).get("body") or [{}]
        return str(body[0].get("id", ""))

    async def _acts(self, person: str, verb: str, channel: str, body: Mapping[str, Any]) -> dict[str, Any]:
        done = await self.act(person, verb, {**body, "channel": self._real(channel)})
        return {**done, "ts": done["id"], "failure": done["failure"] or done["last_error"]}

    def _real(self, channel: str) -> str:
        return self.cast.real(channel) if channel.startswith("C0") else channel

    async def _forms(self) -> list[tuple[str, str]]:
        """The forms in personal chats: where, and which message."""
        stands = await super().standing()
        personal = {place: said for place, said in stands["channels"].items() if place.startswith("a:")}
        return [
            (place, str(each["id"])) for place, said in personal.items() for each in said if FORM in each["buttons"]
        ]


def _said(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message in the terms that all platforms share. What it says is what a notification reads."""
    return {
        "channel": short(message["channel"]),
        "ts": message["id"],
        "thread_ts": message["thread"],
        "user": message["sender"],
        "text": message["summary"] or message["text"],
        "buttons": message["buttons"],
        "reacted": message["reacted"],
    }


def _troubles(weather: Weather) -> list[Trouble]:
    posting = [
        ("rate_limited", 0.03, 1.0),
        ("error_before", 0.03, 0.0),
        ("drop_before", 0.02, 0.0),
        ("error_after", 0.03, 0.0),
        ("drop_after", 0.03, 0.0),
        ("hang", 0.02, weather.hang),
        ("hang", 0.2, 0.5),
        ("slow_answer", 1.0, weather.slow),
    ]
    return [
        *((method, *trouble) for method in ("post", "reply") for trouble in posting),
        ("update", "error_after", 0.03, 0.0),
        ("update", "drop_after", 0.03, 0.0),
        ("update", "error_before", 0.03, 0.0),
        ("react", "error_before", 0.03, 0.0),
        ("react", "drop_after", 0.03, 0.0),
        ("graph.messages", "rate_limited", 0.05, 1.0),
        ("graph.replies", "error_before", 0.05, 0.0),
    ]


def asked_of(record: Record) -> list[Asked]:
    """Everything that was asked on Teams."""
    found: list[Asked] = []
    for each in record.deliveries:
        activity = each["activity"]
        if activity["type"] == "message" and activity["from"]["id"] != record.bot:
            found += _written(each, activity, record)
        elif each["kind"] == "adaptiveCard/action":
            found += _pressed(each, activity, record)
    return found


def _written(delivery: Mapping[str, Any], activity: Mapping[str, Any], record: Record) -> Iterable[Asked]:
    """Messages and replies. An order and what opens a form are answered in the person's own chat: only whether they have an
    emoji as well is open."""
    place, _, root = activity["conversation"]["id"].partition(";messageid=")
    channel, ts = short(place), str(activity["id"])
    if not channel.startswith("C0"):
        return
    text = (
        str(activity.get("text", "")).partition("</at>")[2]
        if "<at>Parley</at>" in activity.get("text", "")
        else activity["text"]
    )
    thread = root if root not in ("", ts) else None
    emoji: Effect = (channel, names.reaction(ts))
    word, order = names.nonce_of(text), text.strip()
    if thread is None and (order == VERB or order.startswith(ORDER)):
        yield Asked((emoji,), surely=False)
        if word is not None:
            yield Asked(((channel, names.card(word)),), surely=bool(delivery["acked"]))
        return
    effects = effects_of_words(text, thread, channel, ts, record)
    if effects:
        yield Asked(effects, surely=bool(delivery["acked"]))


def _pressed(delivery: Mapping[str, Any], activity: Mapping[str, Any], record: Record) -> Iterable[Asked]:
    """A button or a form. Sent again only where no answer came in time, so any good answer counts."""
    action = activity["value"]["action"]
    verb, data = str(action.get("verb", "")), action.get("data") or {}
    if verb.endswith(".accept"):
        place, _, root = activity["conversation"]["id"].partition(";messageid=")
        words = record.root(short(place), root) or record.root(short(place), str(activity.get("replyToId", "")))
        word, name = names.nonce_of(words), "accepted"
        effect = None if word is None else (names.channel_of(word), names.line(word, name))
    else:
        word = names.nonce_of(str(data.get("title", "")))
        effect = None if word is None or "title" not in data else (names.channel_of(word), names.card(word))
    if effect is None:
        return
    answers = [each for each in delivery["attempts"] if each["failure"] is None]
    refused = bool(answers) and all(NOT_SAVED in json.dumps(each["answer"]) for each in answers)
    yield Asked((effect,), surely=bool(answers) and not refused, never=refused and len(delivery["attempts"]) == 1)
