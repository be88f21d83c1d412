"""Forms as the page carries them: the description travels with the form, sealed, so that the server keeps no state."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache

from pydantic import TypeAdapter

from bot.room.guard import Forged
from handlers.vocabulary.outgoing import Form


@cache
def _adapter() -> TypeAdapter[Form]:
    return TypeAdapter(Form)


def seal(form: Form, secret: bytes) -> str:
    """The form's description as text with a signature, for a hidden input."""
    body = base64.urlsafe_b64encode(_adapter().dump_json(form)).decode()
    return f"{body}.{_sign(body, secret)}"


def unseal(state: str, secret: bytes) -> Form:
    """The form that was opened. Raises ``Forged`` if the text was not sealed with this secret."""
    body, _, signature = state.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _sign(body, secret).encode()):
        raise Forged
    return _adapter().validate_json(base64.urlsafe_b64decode(body))


def _sign(body: str, secret: bytes) -> str:
    return hmac.new(secret, b"form:" + body.encode(), hashlib.sha256).hexdigest()
