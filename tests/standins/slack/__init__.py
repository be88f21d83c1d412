"""A stand-in for Slack: Web API, Socket Mode and signed HTTP, with people one can drive, for slack-bolt and slack-sdk.

In a test:

    async with StandInSlack() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        ...                                       # start the app; over HTTP: slack.request_url = "http://..."
        await slack.connected()                   # Socket Mode only
        manager = slack.person("U0MANAGER")
        await manager.command("/vendor", "report", "C0SHARED")
        await manager.fills(manager.open_view, {"Title": "Refunds"})
        await manager.clicks("Report issue")
        await slack.until(lambda: slack.channel("C0SHARED").messages())

    slack.faults.order("chat.postMessage", "drop_after")          trouble, see `faults.FaultKind`
    await slack.goes_down(), slack.comes_back()                   an outage of calls and websockets
    slack.rates = Rates.unlimited()                               no 429; default 1/s a channel, burst 5
    slack.calls, slack.calls_of(m), slack.deliveries              everything that went in and out
    slack.redeliver(delivery), slack.replay(attempt)              the same thing again; forged with secret= or age=
    slack.complaints                                              acknowledgements Slack could not have used
    slack.world.history_delay, slack.scene.knows_charts, slack.scene.outsiders_see_ephemerals,
    slack.scene.share_seconds, slack.postman.outer_team_is_authors       what Slack leaves open, as switches

As a process: `python -m tests.standins.slack --port N` prints one JSON line with url, api_url and the tokens. The
control API (JSON in and out; 409 with `refused` when Slack itself says no, 404 for what is not there, 400 for what is
missing):

    POST /control/people {id, name, team?, …}           POST /control/channels {id, name, members, kind?, pending?}
    POST /control/people/{id}/{verb}                    says, mention {channel, text, thread?} · dms {text} ·
        command {command, text, channel} · shortcut {name, channel?, ts?} · clicks {label, channel?, ts?, home?} ·
        picks {label, value, channel?, ts?} · fills {values} · submits {values?} ·
        reacts, unreacts {channel, ts, emoji} · edits {channel, ts, text} ·
        deletes {channel, ts} · opens_home {} · leaves_forms {}; without a `ts` clicks go to the open modal
    POST /control/channels/{id}/{verb}                  joins, leaves {user} · shares, unshares, invites_team {team} ·
                                                        archives {archived?} · changes_id {new_id}
    POST /control/faults {method, kind, times?, chance?, seconds?, status?, error?, channel?}     DELETE /control/faults
    POST /control/settings {request_url?, other_urls?, ack_seconds?, retry_delays?, rates?, manifest?, shortcuts?, knows_charts?,
                            outsiders_see_ephemerals?, share_seconds?, history_delay?, history_delay_up_to?}
                                                        `rates: null` lifts all limits
    POST /control/outage/begins | ends
    POST /control/sockets/cut | refresh                 POST /control/uninstall
    POST /control/redeliver {number, secret?, age?}
    GET  /control/state    GET /control/calls?since=&method=&says=    GET /control/deliveries?since=
    GET  /control/under_way?method=                     calls that wait for their answer or just had it
    GET  /control/standing                              what stands in the channels, in short, and what was whispered

A process whose base url is url/by/{caller}/api/ is named in its calls.
"""

from tests.standins.slack.calls import Call
from tests.standins.slack.control import ControlledSlack
from tests.standins.slack.events import Attempt, Delivery
from tests.standins.slack.faults import Fault, FaultKind, Faults, Rates
from tests.standins.slack.hands import Refused
from tests.standins.slack.people import Person
from tests.standins.slack.server import StandInSlack
from tests.standins.slack.surfaces import Message, View
from tests.standins.slack.town import HOST_TEAM, RIVAL_TEAM, VENDOR_TEAM
from tests.standins.slack.workspace import Channel, File, User

__all__ = [
    "HOST_TEAM",
    "RIVAL_TEAM",
    "VENDOR_TEAM",
    "Attempt",
    "Call",
    "Channel",
    "ControlledSlack",
    "Delivery",
    "Fault",
    "FaultKind",
    "Faults",
    "File",
    "Message",
    "Person",
    "Rates",
    "Refused",
    "StandInSlack",
    "User",
    "View",
]
