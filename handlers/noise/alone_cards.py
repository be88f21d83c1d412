"""A line in a shared thread that says only whom something is for, and what somebody reads who presses its button.

It holds nobody's words and no record's: both companies read it.
"""

from __future__ import annotations

from handlers.vocabulary.outgoing import AnyCard, Button, Mention, SharedCard, Words

SHOW = "noise.show"
"""The button's action; its value is the outbox key of what it shows, and only whom that was said to is shown it."""
WHY = "I cannot write to everybody here directly, so what is for one person alone waits behind the button."


def show_button(key: str, label: str = "Show my answer") -> Button:
    """Shows whoever presses it what was said to them alone as ``key``."""
    return Button(SHOW, label, key)


def line_card(called: Mention, key: str, *, by_itself: bool) -> SharedCard:
    """Something is there for one person alone: an answer to them, or (``by_itself``) what the bot would tell them."""
    said = ", there is a word for you alone." if by_itself else ", my answer is for you alone."
    button = show_button(key, "Show it to me") if by_itself else show_button(key)
    return SharedCard(
        text=f"@{called.name}{said}",
        elements=(Words((called, said)),),
        buttons=(button,),
        why=WHY if by_itself else "",
    )


def form_card(called: Mention, words: str) -> SharedCard:
    """A form is to be opened by whoever asked for it; ``words`` are those they wrote in this channel."""
    said = ", press the button to open the form."
    open_it = Button("help.meant", "Open the form", words, style="primary")
    return SharedCard(text=f"@{called.name}{said}", elements=(Words((called, said)),), buttons=(open_it,))


def examples() -> list[AnyCard]:
    """What people see."""
    jo = Mention(None, "Jo Santos")
    return [
        line_card(jo, "p1", by_itself=False),
        line_card(jo, "p1", by_itself=True),
        form_card(jo, "report"),
    ]


def worst_cases() -> list[AnyCard]:
    """Names with markup, from right to left, and beyond every limit."""
    nasty = Mention(None, "<!channel> *bold* & ~~gone~~ שלום " * 40)
    return [line_card(nasty, "p" * 25, by_itself=True), form_card(nasty, "report " * 270)]
