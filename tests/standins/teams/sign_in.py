"""The sign-in's and the Bot Framework's addresses: tokens, key sets, and where to find them."""

from __future__ import annotations

from aiohttp import web

from tests.standins.teams.service import Answer, Call, Desk


class SignIn:
    """Gives tokens to the bot and keys to whoever asks."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.login = desk, desk.login

    def routes(self) -> list[web.RouteDef]:
        """All of it; nobody needs a token for these."""
        keys = self.desk.taking("keys", self._keys, set())
        return [
            web.get("/v1/.well-known/openidconfiguration", self.desk.taking("metadata", self._metadata, set())),
            web.get("/v1/.well-known/keys", keys),
            web.get("/{tenant}/v2.0/.well-known/openid-configuration", self.desk.taking("openid", self._openid, set())),
            web.post("/{tenant}/oauth2/v2.0/token", self.desk.taking("token", self._token, set())),
            web.get("/{tenant}/discovery/v2.0/keys", keys),
        ]

    async def _openid(self, call: Call) -> Answer:
        return Answer(200, self.login.openid(call.base, call.args["tenant"]))

    async def _token(self, call: Call) -> Answer:
        form, tenant = call.body if isinstance(call.body, dict) else {}, call.args["tenant"]
        call.body = {name: value for name, value in form.items() if name != "client_secret"}
        if tenant not in self.login.tenants:
            return _no(400, "invalid_request", f"AADSTS90002: Tenant '{tenant}' not found.")
        if form.get("client_id") != self.login.client_id:
            return _no(400, "unauthorized_client", "AADSTS700016: Application was not found in the directory.")
        secret, _, caller = str(form.get("client_secret", "")).partition("@")
        call.caller = caller or call.caller
        if secret != self.login.client_secret:
            return _no(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        audience = str(form.get("scope", "")).split()[0].removesuffix("/.default") if form.get("scope") else ""
        if form.get("grant_type") != "client_credentials" or not audience:
            return _no(400, "invalid_request", "AADSTS900144: The request lacks a parameter.")
        token = self.login.issue(tenant, audience, call.base, caller)
        lasts = int(self.login.lifetime)
        answer = {"token_type": "Bearer", "expires_in": lasts, "ext_expires_in": lasts, "access_token": token}
        return Answer(200, answer)

    async def _metadata(self, call: Call) -> Answer:
        return Answer(200, self.login.metadata(call.base))

    async def _keys(self, call: Call) -> Answer:
        return Answer(200, self.login.keys())


def _no(status: int, error: str, words: str) -> Answer:
    return Answer(status, {"error": error, "error_description": words, "error_codes": [], "correlation_id": ""})
