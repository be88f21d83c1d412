"""Who is let in: the token of every request is verified before its body is read, and then what the SDK does not look at.

The SDK checks signature, audience, issuer and times; it accepts a token that never ends, a body without a service address
and people of any tenant. It would also fetch keys while the loop waits: here they are fetched in a thread, one request for
everybody who waits, and a key server that hangs keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import jwt
import structlog
from jwt import PyJWKClient
from microsoft_teams.apps.auth import TokenValidator
from microsoft_teams.apps.auth.token_validator import JwtValidationOptions

from bot.teams.clients import cloud
from bot.teams.conversations import trusted
from bot.teams.settings import TeamsSettings

log = structlog.get_logger("parley.teams")

KEYS_WITHIN = 3.0
"""Seconds Microsoft's keys may take; a request that waits for them longer is sent again by Teams."""
KEYS_LAST = 86_400.0
"""Seconds after which keys are asked for anew. Source: learn.microsoft.com, "Authenticate requests from the Bot Connector
service": the list may be kept, and is to be refreshed once a day."""
KEYS_REST = 30.0
"""Seconds between two requests for keys, whatever ids strangers' tokens name."""
LONGEST_TOKEN = 16_384
_NEVER = 10.0**9
_BEARER = re.compile(r"Bearer ([\w.=-]+)", re.ASCII)


class NotLetIn(Exception):
    """This request is not from Teams, or not for us. ``why`` is a word for the log, never anything of the request."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class KeysAway(Exception):
    """Microsoft's keys could not be fetched, so nobody can be told from a stranger: Teams has to send this again."""


class Keys:
    """The keys Teams signs with. ``clock`` answers seconds that only grow."""

    def __init__(self, address: str, within: float = KEYS_WITHIN, clock: Callable[[], float] = time.monotonic) -> None:
        self.client = PyJWKClient(address, timeout=within, lifespan=_NEVER, cooldown_duration=_NEVER)
        self._within, self._clock = within, clock
        self._ids: frozenset[str] = frozenset()
        self._fetched_at = self._asked_at = -_NEVER
        self._under_way: asyncio.Task[bool] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="parley-keys")

    def close(self) -> None:
        """Fetch nothing more; a server that hangs is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def ready(self, key_id: str) -> None:
        """Have the key with this id, if there is one: afterwards the client answers from memory. Keys that were fetched go on
        being good while newer ones cannot be had. Raises ``KeysAway`` while none are known at all."""
        now = self._clock()
        known = key_id in self._ids and now - self._fetched_at < KEYS_LAST
        if not known and (not self._ids or now - self._asked_at >= KEYS_REST):
            await self._fetched()
        if not self._ids:
            raise KeysAway

    async def warm(self) -> None:
        """Have the keys before the first request; without success the first request asks again."""
        await self._fetched()

    async def _fetched(self) -> bool:
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._fetch())
        try:
            return await asyncio.wait_for(asyncio.shield(self._under_way), self._within)
        except TimeoutError:
            return False

    async def _fetch(self) -> bool:
        """In a thread; a server that sends its answer a byte at a time keeps that one thread and nobody else."""
        self._asked_at = self._clock()
        try:
            loop = asyncio.get_running_loop()
            keys = await loop.run_in_executor(self._thread, self.client.get_signing_keys, True)
        except (jwt.PyJWTError, OSError, ValueError, RuntimeError) as trouble:
            log.warning("teams.keys_away", trouble=type(trouble).__name__)
            return False
        self._ids = frozenset(key.key_id for key in keys if key.key_id)
        self._fetched_at = self._clock()
        return True


class _Validator(TokenValidator):
    """The SDK's, with keys that are there already."""

    def __init__(self, options: JwtValidationOptions, keys: Keys) -> None:
        super().__init__(options)
        self._jwks_client = keys.client


class Guard:
    """Decides about requests. ``settings`` say who we are, whose people may come and where our token may go."""

    def __init__(self, settings: TeamsSettings, within: float = KEYS_WITHIN) -> None:
        self._settings = settings
        options = TokenValidator.for_service(settings.client_id, cloud=cloud(settings)).options
        self.keys = Keys(options.jwks_uri, within)
        self._validator = _Validator(options, self.keys)

    async def verified(self, authorization: str) -> Mapping[str, object]:
        """What the token of an ``Authorization`` header claims. Raises ``NotLetIn`` and ``KeysAway``."""
        found = _BEARER.fullmatch(authorization)
        if found is None or len(authorization) > LONGEST_TOKEN:
            raise NotLetIn("no token")
        token = found[1]
        try:
            await self.keys.ready(str(jwt.get_unverified_header(token).get("kid")))
            claims: Mapping[str, object] = await self._validator.validate_token(token)
        except jwt.PyJWTError as refused:
            raise NotLetIn(type(refused).__name__) from None
        if not isinstance(claims.get("exp"), int | float):
            raise NotLetIn("no expiry")
        return claims

    def address(self, claims: Mapping[str, object], service_url: str) -> None:
        """Raises ``NotLetIn`` for a service address that is not the token's, or none of Teams'."""
        claimed = claims.get("serviceurl")
        if not service_url or not isinstance(claimed, str) or claimed.rstrip("/") != service_url.rstrip("/"):
            raise NotLetIn("another service address")
        if not self.is_of_teams(service_url):
            raise NotLetIn("a service address that is none of Teams'")

    def is_of_teams(self, service_url: str) -> bool:
        """Whether our token may be sent there."""
        try:
            return trusted(self._settings, service_url)
        except ValueError:  # no address at all
            return False
