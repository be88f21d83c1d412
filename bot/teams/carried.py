"""A form's description inside its own card: Teams tells of a press only what stood in the button and what was typed, so a
form that comes back with a problem has to bring along what it looked like. Nothing is kept between the two.

It is a claim like every value in a button: whoever changes it gets an odd form shown to themselves, and no more.
"""

from __future__ import annotations

import base64
import zlib
from functools import cache

from pydantic import TypeAdapter, ValidationError

from handlers.vocabulary.outgoing import Form

LARGEST = 200_000
"""Bytes a description may have unpacked: five selects of a hundred choices have a third of it."""


@cache
def _adapter() -> TypeAdapter[Form]:
    return TypeAdapter(Form)


def carried(form: Form) -> str:
    """The form's description, packed, in characters that JSON leaves as they are."""
    return base64.urlsafe_b64encode(zlib.compress(_adapter().dump_json(form, exclude_defaults=True), 9)).decode()


def carried_form(text: object) -> Form | None:
    """The form that was carried; None for anything that is none, whatever it is and however large it would become."""
    if not isinstance(text, str) or not text:
        return None
    try:
        unpacking = zlib.decompressobj()
        body = unpacking.decompress(base64.urlsafe_b64decode(text.encode()), LARGEST)
        return None if unpacking.unconsumed_tail else _adapter().validate_json(body)
    except (ValueError, zlib.error, ValidationError):
        return None
