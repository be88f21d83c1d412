"""The table of contents: which action leads where, who may, which verbs there are, and who follows what happened.

Add a feature: write its room (commands, rules, cards, handler), then add its rows here. Nothing is wired anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.absences import handler as absences
from handlers.absences.commands import AskAway, Back, TellAway
from handlers.actions import adding as action_adding
from handlers.actions import buttons as action_buttons
from handlers.actions import followers as action_followers
from handlers.actions import handler as actions
from handlers.actions import replies as action_replies
from handlers.actions.commands import AddAction, AskActions, AskForm, ListActions, MoveAction, OneAction
from handlers.digests import desk as digest_desk
from handlers.digests import handler as digests
from handlers.digests.commands import AskDigest
from handlers.help.desk import EMPTY, HELP, HelpDesk
from handlers.home import handler as home
from handlers.home.commands import AskHome, AskPage, AskProvider
from handlers.issues import buttons as issue_buttons
from handlers.issues import handler as issues
from handlers.issues import thread as issue_thread
from handlers.issues import timing as issue_timing
from handlers.issues.commands import AskReport, EditIssue, OneIssue, ReportIssue, ShowIssues
from handlers.metrics import handler as metrics
from handlers.metrics import replies as figure_replies
from handlers.metrics import requests as figure_requests
from handlers.metrics.commands import AskMetrics, AskWeek, EnterFigures
from handlers.providers import setup, wizard
from handlers.providers.channels import channel_changed, welcome
from handlers.providers.commands import Company, KeyMetrics, People, Times, parse_internal, parse_setup
from handlers.providers.found import person_found
from handlers.reminders import handler as reminders
from handlers.reminders import timetable as mornings
from handlers.reminders.commands import AskWhy as AskReminderWhy
from handlers.reminders.commands import Snooze as SnoozeReminder
from handlers.reviews import emoji as review_emoji
from handlers.reviews import planning as review_planning
from handlers.reviews.emoji import words_found
from handlers.router import Emoji, Follower, Speech, Table, ThreadHandler
from handlers.schedules import Firing
from handlers.vocabulary.events import (
    ActionAgreed,
    ActionChanged,
    ActionOverdue,
    FiguresReported,
    OwnerChanged,
    PersonKnown,
    ProviderSetUp,
)
from handlers.vocabulary.route import Route, Verb, Who

ROUTES: Sequence[Route[Any]] = (
    # --- providers: set-up, people, owners
    Route("providers.setup", parse_setup, setup.setup),
    Route("providers.internal", parse_internal, setup.setup, Who.MANAGER),
    Route("providers.company", Company.parse, wizard.company, Who.MANAGER),
    Route("providers.metrics", KeyMetrics.parse, wizard.metrics, Who.MANAGER),
    Route("providers.people", People.parse, wizard.people, Who.MANAGER),
    Route("providers.times", Times.parse, wizard.times, Who.MANAGER),
    # --- absences
    Route("absence.ask", AskAway.parse, absences.ask),
    Route("absence.tell", TellAway.parse, absences.tell),
    Route("absence.back", Back.parse, absences.back),
    # --- issues
    Route("issue.form", AskReport.parse, issues.ask),
    Route("issue.report", ReportIssue.parse, issues.report),
    Route("issue.list", ShowIssues.parse, issues.show_list),
    Route("issue.show", OneIssue.parse, issues.show),
    Route("issue.acknowledge", OneIssue.parse, issue_buttons.acknowledge),
    Route("issue.block", OneIssue.parse, issue_buttons.block),
    Route("issue.blocked", OneIssue.parse_reason, issue_buttons.blocked),
    Route("issue.answered", OneIssue.parse, issue_buttons.answered),
    Route("issue.finish", OneIssue.parse, issue_buttons.finish),
    Route("issue.done", OneIssue.parse_note, issue_buttons.done),
    Route("issue.accept", OneIssue.parse, issue_buttons.accept),
    Route("issue.reopen", OneIssue.parse, issue_buttons.reopen),
    Route("issue.reopened", OneIssue.parse_reason, issue_buttons.reopened),
    Route("issue.edit", OneIssue.parse, issue_buttons.edit),
    Route("issue.edited", EditIssue.parse, issue_buttons.edited),
    Route("issue.undo", OneIssue.parse, issue_buttons.take_back),
    # --- actions
    Route("action.ask", AskActions.parse, actions.ask),
    Route("action.list", ListActions.parse, actions.lists),
    Route("action.show", OneAction.parse, actions.show),
    Route("action.form", AskForm.parse, action_adding.form),
    Route("action.add", AddAction.parse, action_adding.add),
    Route("action.ack", OneAction.parse, action_buttons.acknowledge),
    Route("action.done", OneAction.parse, action_buttons.done),
    Route("action.accept", OneAction.parse, action_buttons.accept),
    Route("action.help", OneAction.parse, action_buttons.help_form),
    Route("action.helped", OneAction.parse_reason, action_buttons.helped),
    Route("action.block", OneAction.parse, action_buttons.block_form),
    Route("action.blocked", OneAction.parse_reason, action_buttons.blocked),
    Route("action.move", OneAction.parse, action_buttons.move_form),
    Route("action.moved", MoveAction.parse, action_buttons.moved),
    Route("action.drop", OneAction.parse, action_buttons.drop_form),
    Route("action.dropped", OneAction.parse_reason, action_buttons.dropped),
    Route("action.reopen", OneAction.parse, action_buttons.reopen_form),
    Route("action.reopened", OneAction.parse_reason, action_buttons.reopened),
    Route("action.undo", OneAction.parse, action_buttons.undo),
    # --- reminders
    Route("reminder.snooze", SnoozeReminder.parse, reminders.snooze),
    Route("reminder.why", AskReminderWhy.parse, reminders.why),
    # --- metrics
    Route("metrics.show", AskMetrics.parse, metrics.show),
    Route("metrics.form", AskWeek.parse, metrics.form),
    Route("metrics.enter", EnterFigures.parse, metrics.enter),
    Route("metrics.why", AskWeek.parse_metric, metrics.why),
    # --- digests
    Route("digest.preview", AskDigest.parse, digest_desk.ask, Who.MANAGER),
    Route("digest.pause", AskDigest.parse_pause, digest_desk.ask, Who.MANAGER),
    Route("digest.resume", AskDigest.parse_resume, digest_desk.ask, Who.MANAGER),
    # --- home
    Route("home.show", AskHome.parse, home.home),
    Route("home.needs", AskPage.parse, home.needs),
    Route("home.providers", AskPage.parse, home.providers, Who.MANAGER),
    Route("home.provider", AskProvider.parse, home.provider, Who.MANAGER),
)

VERBS: Sequence[Verb] = (
    # in the order help shows them
    Verb("report", "issue.form", "report an issue, or see open ones with `report list`", Who.ANYONE, ("issue",), "Act"),
    Verb(
        "actions",
        "action.ask",
        "who does what by when; `actions add Send the policy @Jo due friday`",
        Who.ANYONE,
        ("action", "todo", "mine"),
        "Act",
    ),
    Verb(
        "metrics",
        "metrics.show",
        "figures and targets; `metrics SL 82%` enters one",
        Who.ANYONE,
        ("kpi", "status"),
        "Look",
    ),
    Verb("digest", "digest.preview", "preview the weekly digest; `digest pause`", Who.MANAGER, ("summary",), "Look"),
    Verb("setup", "providers.setup", "set up or change a provider", Who.CLIENT, ("settings", "configure"), "Arrange"),
    # silent ones
    Verb("away", "absence.ask", "say when you are away: `away until friday`", synonyms=("ooo", "absent"), silent=True),
    Verb("back", "absence.back", "you are here again", silent=True),
    Verb("home", "home.show", "what needs me, and how everything stands", silent=True, who=Who.ANYONE),
)

SHORTCUTS: Mapping[str, str] = {
    # name of a message shortcut -> its action
    "report_issue": "issue.form",
}

THREADS: Mapping[str, ThreadHandler] = {
    # subject of the card a thread hangs under -> who understands a reply there
    "issue": action_replies.actions_first(issue_thread.reply),
    "action": action_replies.under_card,
    "reminders": action_replies.under_reminder,
    "figures": figure_replies.reply,
    "digest": figure_replies.reply,
}

DIRECT_REPLIES: Sequence[Speech] = (
    # who understands a plain reply in a direct conversation ("done 12"), asked in order
    issue_thread.direct,
    action_replies.direct,
)

EMOJI: Sequence[Emoji] = (
    # who understands an emoji on a message, asked in order
    review_emoji.reacted,
)

FOLLOWERS: Mapping[type, Sequence[Follower]] = {
    # what happened -> who acts on it, in order
    ProviderSetUp: (welcome,),
    OwnerChanged: (issue_timing.owner_changed, action_followers.owner_changed, mornings.owner_changed),
    ActionAgreed: (mornings.agreed,),
    ActionChanged: (mornings.changed,),
    ActionOverdue: (action_followers.overdue,),
    PersonKnown: (mornings.person_known,),
    FiguresReported: (figure_requests.refresh, digests.refresh),
}

FIRINGS: Mapping[str, Firing] = {
    # subject of a schedule -> what to do when it comes due
    "figures": figure_requests.ask,
    "figures.later": figure_requests.ask_under_digest,
    "digest": digests.post,
    "issue.acknowledge": issue_timing.acknowledge_due,
    "issue.resolve": issue_timing.resolve_due,
    "issue.answer": issue_timing.answer_due,
    "issue.accept": issue_timing.accept_due,
    "action.accept": action_followers.silence,
    "reminders": reminders.morning,
    # --- review series: planning goes on
    "review.after": review_planning.goes_on,
}


def table() -> Table:
    """The wiring the router works with. The help desk comes last: it knows every verb there is."""
    routes = {route.action: route for route in ROUTES}
    desk = HelpDesk((*VERBS, HELP), routes, THREADS, DIRECT_REPLIES)
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
        person_found=person_found,
        reacted=(*EMOJI, desk.reacted),
        words_found=words_found,
        home=home.home,
    )
