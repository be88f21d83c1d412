"""Sign-in: the token endpoint, the key sets, and tokens of both directions, true and forged."""

from __future__ import annotations

import base64
import functools
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

Payload = dict[str, Any]
BOT_AUDIENCE = "https://api.botframework.com"
BOT_ISSUER = "https://api.botframework.com"
GRAPH_AUDIENCE = "https://graph.microsoft.com"
KEY_BITS = 2048


@dataclass(frozen=True)
class Forgery:
    """How a request's token differs from a true one. None leaves a claim as it should be; "" leaves it out.

    `age`: the token ran out that many seconds ago. `not_before`: it holds only in so many seconds. `key`: signed with the
    "other" key under the known kid, with an "unknown" kid, or not at all ("none"). `entra`: issued by the sign-in of this tenant
    instead of the Bot Framework.
    `claims` are added as they are; `header` replaces the whole Authorization header.
    """

    audience: str | None = None
    issuer: str | None = None
    service_url: str | None = None
    no_expiry: bool = False
    age: float | None = None
    not_before: float | None = None
    key: str = "true"
    entra: str | None = None
    claims: tuple[tuple[str, Any], ...] = ()
    header: str | None = None


class Login:
    """Issues what the bot needs to call, checks it, and signs what Teams sends.

    `lifetime` is how many seconds a token lasts.
    """

    def __init__(self, client_id: str, client_secret: str, tenants: Sequence[str]) -> None:
        self.client_id, self.client_secret = client_id, client_secret
        self.tenants = set(tenants)
        self.lifetime = 3599.0
        self._key = _key("first")
        self.kid = uuid.uuid4().hex
        self.revoked_before = 0.0
        self._serial = 0
        self._issued: dict[str, tuple[str, float, float]] = {}
        self._callers: dict[str, str] = {}

    # What the bot gets

    def issue(self, tenant: str, audience: str, base: str, caller: str = "") -> str:
        """A token for the bot; `base` is the sign-in's own address, `caller` whose calls the token will name."""
        now, self._serial = time.time(), self._serial + 1
        claims = {
            "aud": audience,
            "iss": f"{base}/{tenant}/v2.0",
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now + max(self.lifetime, 1)),
            "appid": self.client_id,
            "tid": tenant,
            "uti": str(self._serial),
        }
        token = jwt.encode(claims, self._key, "RS256", {"kid": self.kid})
        self._issued[token] = (audience, now + self.lifetime, now)
        self._callers[token] = caller
        return token

    def accepts(self, authorization: str, audiences: set[str]) -> bool:
        """Whether the header holds a token issued here, not run out, not revoked, for one of these audiences."""
        scheme, _, token = authorization.partition(" ")
        audience, ends, issued = self._issued.get(token, ("", 0.0, 0.0))
        fresh = time.time() < ends and issued >= self.revoked_before
        return scheme == "Bearer" and audience in audiences and fresh

    def caller(self, authorization: str) -> str:
        """Who fetched the header's token, "" where nobody said."""
        return self._callers.get(authorization.partition(" ")[2], "")

    def revoke(self) -> None:
        """All tokens issued so far are worthless; the next calls answer 401."""
        self.revoked_before = time.time()

    # What Teams sends

    def sign(self, service_url: str, forgery: Forgery | None = None, entra_base: str = "") -> str:
        """The Authorization header of a request to the bot."""
        lie = forgery or Forgery()
        if lie.header is not None:
            return lie.header
        now = time.time()
        claims: Payload = {
            "serviceurl": lie.service_url if lie.service_url is not None else service_url,
            "nbf": int(now - 300 if lie.not_before is None else now + lie.not_before),
            "exp": int(now + 3600 if lie.age is None else now - lie.age),
            "iss": lie.issuer if lie.issuer is not None else BOT_ISSUER,
            "aud": lie.audience if lie.audience is not None else self.client_id,
        }
        if lie.age is not None:
            claims["nbf"] = int(now - lie.age - 3600)
        if lie.no_expiry:
            del claims["exp"]
        if lie.entra is not None:
            claims |= {"iss": f"{entra_base}/{lie.entra}/v2.0", "tid": lie.entra}
        claims = {name: value for name, value in claims.items() if value != ""} | dict(lie.claims)
        if lie.key == "none":
            return f"Bearer {jwt.encode(claims, '', 'none')}"
        key = _key("other") if lie.key == "other" else self._key
        kid = uuid.uuid4().hex if lie.key == "unknown" else self.kid
        return f"Bearer {jwt.encode(claims, key, 'RS256', {'kid': kid, 'x5t': kid})}"

    def rotate(self) -> None:
        """Sign with another key from now on; the key set has only the new one."""
        self.kid = uuid.uuid4().hex
        self._key = _key(self.kid)

    # Documents

    def keys(self) -> Payload:
        """The key set, with Teams' endorsement."""
        numbers = self._key.public_key().public_numbers()
        key = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "x5t": self.kid,
            "n": _spelt(numbers.n),
            "e": _spelt(numbers.e),
            "endorsements": ["msteams"],
        }
        return {"keys": [key]}

    def metadata(self, url: str) -> Payload:
        """The Bot Framework's OpenID document."""
        return {
            "issuer": BOT_ISSUER,
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": f"{url}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }

    def openid(self, base: str, tenant: str) -> Payload:
        """The sign-in's OpenID document of one tenant."""
        return {
            "issuer": f"{base}/{tenant}/v2.0",
            "token_endpoint": f"{base}/{tenant}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/{tenant}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/{tenant}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{base}/{tenant}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }


@functools.cache
def _key(name: str) -> rsa.RSAPrivateKey:
    """A key that many stand-ins of one process use: making one takes a moment."""
    return rsa.generate_private_key(65537, KEY_BITS)


def _spelt(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
