"""The fields that the forms of all records have, and what is read from them."""

from __future__ import annotations

from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Field, Option
from handlers.vocabulary.route import Asker, Invalid, Raw


def who_sees(asker: Asker) -> Field:
    """The field "visibility": both companies by default in the shared channel; elsewhere our own, which can do no harm."""
    in_shared = bool(asker.programme_ids) and not asker.internal
    return Field(
        "visibility",
        "Who sees it",
        "choice",
        initial=Visibility.SHARED if in_shared else Visibility.INTERNAL,
        options=(
            Option(Visibility.SHARED, "Both companies: in the shared channel"),
            Option(Visibility.INTERNAL, "Our company only: in our internal channel"),
        ),
    )


def read_visibility(raw: Raw, asker: Asker, problems: dict[str, str]) -> Visibility:
    """Who will see it; what is wrong is put into ``problems``. What a provider's people write is for both companies."""
    value = raw.values.get("visibility", "")
    wanted = value.strip() or Visibility.SHARED
    if wanted == Visibility.SHARED:
        return Visibility.SHARED
    if wanted == Visibility.INTERNAL and asker.side is Side.CLIENT:
        return Visibility.INTERNAL
    problems["visibility"] = f"{value!r} is not offered here. Choose who sees it, for example both companies"
    return Visibility.SHARED


def read_reason(raw: Raw) -> str:
    """The field "reason", which has to say something. Raises ``Invalid`` when it is empty."""
    reason = raw.values.get("reason", "").strip()
    if not reason:
        raise Invalid({"reason": "This is empty. Say it in a few words, for example: need the refund policy"})
    return reason
