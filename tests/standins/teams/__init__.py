"""A stand-in for Microsoft Teams: connector, sign-in, key set, Graph, and people one can drive, for microsoft-teams-apps.

In a test:

    async with StandInTeams() as teams:
        settings = TeamsSettings(teams.client_id, teams.client_secret, HOST_TENANT, service_url=teams.service_url,
                                 login_url=teams.login_url, metadata_url=teams.metadata_url, graph_url=teams.graph_url)
        ...                      # login_url is https; this process trusts it meanwhile, others need REQUESTS_CA_BUNDLE=teams.ca_path
        teams.request_url = "http://127.0.0.1:…/api/messages"
        maya = teams.person("maya")               # by name, Entra object id or 29: id
        asked = await maya.mention(SHARED, "report")                     # waits for the application's first answer
        await maya.says(SHARED, "ack", thread=asked)                     # told to the bot only if it reads_all
        card = await teams.until(lambda: teams.channel(SHARED).cards())
        await maya.presses("Report issue", card[-1])                     # Action.Execute -> Attempt
        await maya.submits({"Title": "Refunds"}, press="Report issue")   # inputs by label or id; newest card with it
        maya.card(message), maya.last_error, maya.toast, maya.views

    Cast: maya (manager) and dan (deputy) of HOST_TENANT in London; liza and arnel of VENDOR_TENANT in Manila; rey of
    RIVAL_TENANT; gus, a guest of the host tenant whose home is the vendor. Channels of the team "Vendors" (id GENERAL, group
    GROUP): SHARED (shared, host and vendor), RIVAL (shared, host and rival), GENERAL (standard, host and the guest gus); of
    the team "Vendor office" (id INTERNAL, group OFFICE_GROUP): INTERNAL (standard, host only).
    teams.add_person(name, tenant, …), teams.add_channel(id, name, members, kind=…), teams.add_team(…)

    teams.faults.order("post", "drop_after")      trouble by method: post, reply, update, delete, create, members, member,
                                                  react, unreact, team, token, openid, metadata, keys, graph.messages,
                                                  graph.replies, graph.message, or "*"; kinds in `faults.FaultKind`
    teams.goes_down(), teams.comes_back()         an outage of every call
    teams.rates = Rates.unlimited()               no 429; default 7/1 s, 8/2 s, 60/30 s, 1800/h a conversation
    teams.reads_all = True                        RSC: the bot is told of every message of a channel
    teams.graph_allowed = True                    RSC: Graph lets read channel messages; teams.graph_delay in seconds
    teams.answer_seconds, teams.retry_delays, teams.other_urls
    teams.calls, teams.calls_of("post"), teams.deliveries              everything that went in and out
    teams.redeliver(delivery, forgery=Forgery(…)), teams.sends(activity, …)   the same again, or anything, truly or falsely signed
    teams.login.lifetime, teams.login.revoke(), teams.login.rotate()                tokens' seconds, no token any more, new keys
    teams.complaints                              answers Teams could not have used, mentions of nobody
    teams.joins, leaves, creates_channel, deletes_channel, restores_channel, renames_channel, shares, unshares, team_event,
    adds_bot, removes_bot, person.installs, person.uninstalls         what happens, with the activities Teams makes of it;
                                                  people and the bot join a team with all its standard channels
    teams.scribe.tells_kind, teams.scribe.authors_tenant, teams.scribe.sends_aad_id, teams.scribe.escapes, teams.postman.invokes_change, teams.connector.guest_tenant_is_home,
    teams.connector.reactions, teams.graph.shared_too                 what Teams leaves open, as switches

As a process: `python -m tests.standins.teams --port N` prints one JSON line with url, service_url, login_url, metadata_url,
graph_url, ca_path, client_id, client_secret, tenant_id, and who and what there is. The control API (JSON in and out; 409 with
`refused` when Teams itself says no, 404 for what is not there, 400 for what is missing):

    POST /control/people {name, tenant?, guest?, …}     POST /control/channels {id, name, members, kind?, team?}
    POST /control/people/{name or id}/{verb}            says, mention {channel, text, thread?} · dms {text} ·
        presses {label, channel?, id?} · submits {values?, press?, channel?, id?} · opens {channel?} ·
        reacts, unreacts {channel, id, reaction} · edits {channel, id, text} · deletes {channel, id} · installs, uninstalls {} ·
        sends_action {channel, id, verb, data, trigger?, place?} · invokes {name, value, channel, id?}
    POST /control/channels/{id}/{verb}                  joins, leaves {person} · adds_bot, removes_bot {by?} · deletes, restores ·
                                                        renames {name} · shares, unshares {tenant} · team_event {event}
    POST /control/faults {method, kind, times?, chance?, seconds?, status?, error?, channel?}     DELETE /control/faults
    POST /control/settings {request_url?, other_urls?, answer_seconds?, retry_delays?, doubles?, rates?, reads_all?,
                            action_seconds?, refresh_every?, graph_allowed?, graph_delay?, lifetime?, …}
                                                        `rates: null` lifts all limits
    POST /control/outage/begins | ends
    POST /control/redeliver {number, forgery?}          POST /control/activities {activity, forgery?}
    GET  /control/state    GET /control/calls?since=&method=&says=    GET /control/deliveries?since=
    GET  /control/under_way?method=                     calls that wait for their answer or just had it
    GET  /control/standing                              what stands in the conversations, in short, and who sees what alone

A process that signs in with client_secret@{caller} is named in its calls, wherever the service URL came from; so is one whose
service URL is url/by/{caller}/teams/.
"""

from tests.standins.teams.cards import NotOnTheCard
from tests.standins.teams.control import ControlledTeams
from tests.standins.teams.faults import Fault, FaultKind, Faults, Rates
from tests.standins.teams.login import Forgery
from tests.standins.teams.people import Person, Refused
from tests.standins.teams.postman import Attempt, Delivery
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.service import Call
from tests.standins.teams.town import GENERAL, GROUP, INTERNAL, OFFICE_GROUP, RIVAL, SHARED
from tests.standins.teams.world import CLIENT_ID, HOST_TENANT, RIVAL_TENANT, VENDOR_TENANT, Channel, Message, User

__all__ = [
    "CLIENT_ID",
    "GENERAL",
    "GROUP",
    "HOST_TENANT",
    "INTERNAL",
    "OFFICE_GROUP",
    "RIVAL",
    "RIVAL_TENANT",
    "SHARED",
    "VENDOR_TENANT",
    "Attempt",
    "Call",
    "Channel",
    "ControlledTeams",
    "Delivery",
    "Fault",
    "FaultKind",
    "Faults",
    "Forgery",
    "Message",
    "NotOnTheCard",
    "Person",
    "Rates",
    "Refused",
    "StandInTeams",
    "User",
]
