"""What a secret address is made of. Pure."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

BYTES = 32
"""Random bytes of a secret: nobody finds one by trying."""
PATH, ENDING = "calendar", ".ics"
STANDS_FOR = timedelta(hours=1)
"""How long an address stands in a direct message that was kept to be sent: from then on nobody who reads it has it."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
"""32 bytes as ``secrets.token_urlsafe`` writes them."""
_IN_ADDRESS = re.compile(rf"(?<=/{PATH}/)[A-Za-z0-9_-]{{43}}(?={re.escape(ENDING)})", re.ASCII)
_STAMP = re.compile(r"^DTSTAMP:.*\r?\n", re.M)


def is_secret(text: str) -> bool:
    """Whether this can be a secret at all."""
    return _SECRET.fullmatch(text) is not None


def digest_of(secret: str) -> str:
    """What is kept of a secret: SHA-256, in hex. It is random, so that nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def address_of(base: str, secret: str) -> str:
    """The address; ``base`` is where Parley is reached, without a slash at its end."""
    return f"{base}/{PATH}/{secret}{ENDING}"


def without_secrets(text: str) -> str:
    """Words in which calendar addresses may stand, without what makes them one."""
    return _IN_ADDRESS.sub("…", text)


def mark_of(text: str) -> str:
    """The same for two calendars that say the same, whenever they were written: for a weak ETag."""
    return hashlib.sha256(_STAMP.sub("", text).encode()).hexdigest()[:32]
