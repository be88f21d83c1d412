"""What people look at: a message, and a view (a modal or a Home tab)."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.standins.slack.words import Payload, clickables, label_of, words_of


@dataclass
class Message:
    """One message as Slack stores it; `payload` is what the API would return, with metadata."""

    payload: Payload
    channel_id: str
    visible_at: float = 0.0
    ephemeral_for: str | None = None
    deleted: bool = False
    earlier: list[Payload] = field(default_factory=list)
    chosen: dict[str, dict[str, Payload]] = field(default_factory=dict)

    @property
    def ts(self) -> str:
        """The message's timestamp, which is also its id within the channel."""
        return str(self.payload["ts"])

    @property
    def thread_ts(self) -> str | None:
        """The root's timestamp when the message is in a thread (a root with replies names itself)."""
        return self.payload.get("thread_ts")

    @property
    def is_reply(self) -> bool:
        """Whether the message is inside a thread and not its root."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def user(self) -> str | None:
        """The author's id; the bot's own user id for the bot's messages."""
        return self.payload.get("user")

    @property
    def text(self) -> str:
        """The top-level text: what notifications and screen readers say."""
        return str(self.payload.get("text", ""))

    @property
    def blocks(self) -> list[Payload]:
        """The Block Kit blocks, empty if it has none."""
        return list(self.payload.get("blocks") or [])

    @property
    def words(self) -> str:
        """What the reader sees, a line for each run of words."""
        return words_of(self.blocks, self.text)

    @property
    def buttons(self) -> list[str]:
        """The words on everything that can be clicked."""
        return [label_of(clickable) for clickable in clickables(self.blocks)]

    @property
    def metadata(self) -> Payload | None:
        """The app's metadata, or None."""
        return self.payload.get("metadata")

    @property
    def reactions(self) -> dict[str, list[str]]:
        """Emoji name to the ids of those who reacted."""
        return {one["name"]: list(one["users"]) for one in self.payload.get("reactions", [])}

    def shown(self, with_metadata: bool) -> Payload:
        """The API's copy, without metadata unless it was asked for."""
        return {key: value for key, value in self.payload.items() if key != "metadata" or with_metadata}


@dataclass
class View:
    """A modal (or a Home tab) as one person has it open, with what they have typed so far."""

    payload: Payload
    person_id: str
    state: dict[str, dict[str, Payload]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The view's id."""
        return str(self.payload["id"])

    @property
    def blocks(self) -> list[Payload]:
        """The view's blocks."""
        return list(self.payload.get("blocks", []))

    @property
    def title(self) -> str:
        """The words at the top."""
        return str((self.payload.get("title") or {}).get("text", ""))

    @property
    def submit_label(self) -> str:
        """The words on the submit button ("Submit" if the app named none)."""
        return str((self.payload.get("submit") or {}).get("text", "Submit"))

    @property
    def close_label(self) -> str:
        """The words on the close button ("Cancel" if the app named none)."""
        return str((self.payload.get("close") or {}).get("text", "Cancel"))

    @property
    def words(self) -> str:
        """What the person sees, the errors at the fields included."""
        return "\n".join([self.title, words_of(self.blocks), *self.errors.values()])

    @property
    def labels(self) -> list[str]:
        """The labels of the inputs, in order."""
        return [str(b["label"]["text"]) for b in self.blocks if b.get("type") == "input"]

    def error_at(self, label: str) -> str | None:
        """The error shown at the input with this label, or None."""
        for block in self.blocks:
            if block.get("type") == "input" and block["label"]["text"] == label:
                return self.errors.get(str(block["block_id"]))
        raise LookupError(f"no input is labelled {label!r}; there are {self.labels}")
