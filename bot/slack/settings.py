"""What the Slack door needs to know. Tokens are here and nowhere else; their repr never shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

API_URL = "https://slack.com/api/"
RESPONSE_HOSTS = ("https://hooks.slack.com/", "https://hooks.slack-gov.com/")
"""Where Slack's own ``response_url`` leads."""


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """``app_token`` is for Socket Mode, ``signing_secret`` for signed HTTP; a running bot needs one of them.

    ``api_url`` is the Web API's base and is honoured by every client. ``command`` is the root command with its slash.
    Raises ValueError naming the setting that has the wrong shape; its value is shown only where it is no secret.
    """

    bot_token: str = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    api_url: str = API_URL
    command: str = "/vendor"

    def __post_init__(self) -> None:
        if not self.bot_token.startswith("xoxb-"):
            raise ValueError("SLACK_BOT_TOKEN does not start with xoxb-: copy the Bot User OAuth Token of the app")
        if self.app_token is not None and not self.app_token.startswith("xapp-"):
            raise ValueError("SLACK_APP_TOKEN does not start with xapp-: copy an App-Level Token of the app")
        if self.signing_secret is not None and not self.signing_secret.strip():
            raise ValueError("SLACK_SIGNING_SECRET is empty: copy the Signing Secret of the app, or remove the line")
        if not self.api_url.startswith(("http://", "https://")):
            raise ValueError(f"SLACK_API_URL: {self.api_url!r} is not a web address, for example {API_URL}")
        if not self.command.startswith("/") or len(self.command) < 2 or " " in self.command:
            raise ValueError(f"command: {self.command!r} is not a command, for example /vendor")

    @property
    def base_url(self) -> str:
        """The Web API's base address with exactly one slash at its end."""
        return self.api_url.rstrip("/") + "/"

    @property
    def response_prefixes(self) -> tuple[str, ...]:
        """Addresses a ``response_url`` may begin with; a custom API address adds its own host and nothing else."""
        if self.base_url == API_URL:
            return RESPONSE_HOSTS
        parts = urlsplit(self.base_url)
        return (*RESPONSE_HOSTS, f"{parts.scheme}://{parts.netloc}/")
