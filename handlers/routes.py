"""The table of contents: which action leads where, who may, which verbs there are, and who follows what happened.

Add a feature: write its room (commands, rules, cards, handler), then add its rows here. Nothing is wired anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.help.desk import EMPTY, HELP, HelpDesk
from handlers.providers import setup, wizard
from handlers.providers.channels import channel_changed, welcome
from handlers.providers.commands import Company, KeyMetrics, People, Times, parse_internal, parse_setup
from handlers.router import Follower, Speech, Table, ThreadHandler
from handlers.schedules import Firing
from handlers.vocabulary.events import ProviderSetUp
from handlers.vocabulary.route import Route, Verb, Who

ROUTES: Sequence[Route[Any]] = (
    # --- providers: set-up, people, owners
    Route("providers.setup", parse_setup, setup.setup),
    Route("providers.internal", parse_internal, setup.setup, Who.MANAGER),
    Route("providers.company", Company.parse, wizard.company, Who.MANAGER),
    Route("providers.metrics", KeyMetrics.parse, wizard.metrics, Who.MANAGER),
    Route("providers.people", People.parse, wizard.people, Who.MANAGER),
    Route("providers.times", Times.parse, wizard.times, Who.MANAGER),
    # --- issues
    # --- actions
    # --- reminders
    # --- metrics
    # --- digests
)

VERBS: Sequence[Verb] = (
    # in the order help shows them
    Verb("setup", "providers.setup", "set up or change a provider", Who.CLIENT, ("settings", "configure"), "Arrange"),
)

SHORTCUTS: Mapping[str, str] = {
    # name of a message shortcut -> its action
    "report_issue": "issue.form",
}

THREADS: Mapping[str, ThreadHandler] = {
    # subject of the card a thread hangs under -> who understands a reply there
}

DIRECT_REPLIES: Sequence[Speech] = (
    # who understands a plain reply in a direct conversation ("done 12"), asked in order
)

FOLLOWERS: Mapping[type, Sequence[Follower]] = {
    # what happened -> who acts on it, in order
    ProviderSetUp: (welcome,),
}

FIRINGS: Mapping[str, Firing] = {
    # subject of a schedule -> what to do when it comes due
}


def table() -> Table:
    """The wiring the router works with. The help desk comes last: it knows every verb there is."""
    routes = {route.action: route for route in ROUTES}
    desk = HelpDesk((*VERBS, HELP), routes, DIRECT_REPLIES)
    return Table(
        routes={**routes, **{route.action: route for route in desk.routes()}},
        verbs=desk.verbs,
        threads=THREADS,
        followers=FOLLOWERS,
        shortcuts=SHORTCUTS,
        empty=EMPTY,
        unknown=desk.unknown,
        speech=desk.speech,
        channel_changed=channel_changed,
        reacted=desk.reacted,
    )
