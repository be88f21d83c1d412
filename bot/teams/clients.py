"""The SDK's app, which reads requests from Teams and speaks to its connector, and what its libraries may log.

Every option the SDK would otherwise read from the environment is given, so that a stray CLIENT_ID or SERVICE_URL changes
nothing. The libraries quote requests and answers, people's words among them: of their lines only where they were written
and the exception's type are kept.
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from microsoft_teams.api import ApiClientSettings, TokenCredentials
from microsoft_teams.api.auth.cloud_environment import CHINA, PUBLIC, US_GOV, CloudEnvironment, with_overrides
from microsoft_teams.apps import App, HttpServerAdapter
from microsoft_teams.common import ClientOptions, LocalStorage

from bot.teams.settings import TeamsSettings
from bot.teams.tokens import Tokens

ENDPOINT = "/api/messages"
LIBRARIES = ("microsoft_teams", "msal", "httpx", "httpcore", "urllib3")
_HTTP = "microsoft_teams.common.http.client"
"""The SDK gives httpx's logger the level of this one whenever it makes a client."""
_CLOUDS = {"login.microsoftonline.us": US_GOV, "login.partner.microsoftonline.cn": CHINA}
"""Clouds other than the public one, by the host people sign in at: their scopes and issuers differ."""


class Wordless(logging.Handler):
    """Stands at the head of a library's loggers and takes the words out of what they pass on to everybody else: what is left
    is that it spoke, where in its code, and what kind of exception it met."""

    def emit(self, record: logging.LogRecord) -> None:
        """A record reaches the handlers above this one afterwards."""
        kind = record.exc_info[0] if record.exc_info else None
        met = f" [{kind.__name__}]" if kind is not None else ""
        record.msg, record.args = f"{record.name}:{record.lineno}{met}", None
        record.exc_info = record.exc_text = record.stack_info = None


def quiet_libraries() -> None:
    """Warnings and worse of the SDK and of what it uses, without words; whatever a level was set to elsewhere."""
    logging.getLogger(_HTTP).setLevel(logging.WARNING)
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        if not any(isinstance(known, Wordless) for known in logger.handlers):
            logger.handlers[:] = [Wordless()]


def cloud(settings: TeamsSettings) -> CloudEnvironment:
    """Microsoft's addresses as set: those of the cloud its people sign in at, with each one that is set in its place."""
    base = _CLOUDS.get(urlsplit(settings.login_url).netloc, PUBLIC)
    return with_overrides(
        base,
        login_endpoint=settings.login_url,
        login_tenant=settings.tenant_id,
        openid_metadata_url=settings.metadata_url,
        graph_scope=f"{settings.graph_url}/.default",
    )


def build_app(
    settings: TeamsSettings,
    adapter: HttpServerAdapter | None = None,
    *,
    tokens: Tokens | None = None,
    timeout: float = 10.0,
) -> App:
    """The SDK's app; nothing is sent or fetched yet. Requests from Teams come in through ``adapter`` at ``ENDPOINT``.

    ``timeout``, in seconds, bounds each step of a request to Teams (connecting, sending, an answer's next bytes). A fetch of
    a token has half of it: whoever sends something waits for both, and would take a hang of the sign-in for one of Teams.
    It keeps no state and signs nobody in.
    """
    quiet_libraries()
    addresses = cloud(settings)
    return _OwnApp(
        client_id=settings.client_id,
        tenant_id=settings.tenant_id,
        token=tokens or Tokens(settings, timeout / 2),
        client=ClientOptions(timeout=timeout),
        storage=LocalStorage(),
        plugins=[],
        state=False,
        dangerously_allow_unauthenticated_requests=False,
        http_server_adapter=adapter,
        messaging_endpoint=ENDPOINT,
        fetch_user_token=False,
        api_client_settings=ApiClientSettings(oauth_url=addresses.token_service_url),
        service_url=settings.service_url,
        cloud=addresses,
        telemetry={"agent365": False},
    )


class _OwnApp(App):
    """The SDK prefers a CLIENT_SECRET that happens to stand in the environment to the tokens it is handed."""

    def _init_credentials(self) -> TokenCredentials:
        assert self.options.client_id is not None and self.options.token is not None
        return TokenCredentials(
            client_id=self.options.client_id, tenant_id=self.options.tenant_id, token=self.options.token
        )


def tokens_of(app: App) -> Tokens:
    """The tokens of an app that ``build_app`` made. Raises TypeError for another one."""
    tokens = getattr(app.credentials, "token", None)
    if not isinstance(tokens, Tokens):
        raise TypeError("the app has other credentials than ours: make it with build_app")
    return tokens
