"""The table of contents: which action leads where, who may, which verbs there are, and who follows what happened.

Add a feature: write its room (commands, rules, cards, handler), then add its rows here. Nothing is wired anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.absences import handler as absences
from handlers.absences.commands import AskAway, Back, TellAway
from handlers.accounts import handler as accounts
from handlers.accounts import linking as accounts_linking
from handlers.accounts.commands import AskLink, Link, Unlink, WriteTo
from handlers.actions import adding as action_adding
from handlers.actions import agenda as action_agenda
from handlers.actions import buttons as action_buttons
from handlers.actions import followers as action_followers
from handlers.actions import handler as actions
from handlers.actions import past as action_past
from handlers.actions import replies as action_replies
from handlers.actions import undo as action_undo
from handlers.actions.commands import AddAction, AskActions, AskForm, EditAction, ListActions, MoveAction, OneAction
from handlers.agendas import Section
from handlers.catching_up import handler as catching_up
from handlers.deliveries import buttons as deliveries
from handlers.deliveries.commands import AskList, OneMessage, OneProgramme
from handlers.digests import desk as digest_desk
from handlers.digests import portfolio_desk
from handlers.digests import thread as portfolio_thread
from handlers.digests.commands import AskDigest
from handlers.digests.desk import DigestDesk
from handlers.digests.handler import Digests
from handlers.escalations import handler as escalations
from handlers.escalations import leaving as escalation_leaving
from handlers.escalations import named as escalation_named
from handlers.escalations import past as escalation_past
from handlers.escalations import thread as escalation_thread
from handlers.escalations.commands import AskMatrix, EditMatrix, NamePerson, OneMatrix
from handlers.help.desk import EMPTY, HELP, HelpDesk
from handlers.help.praise import praise
from handlers.history.desk import HistoryDesk
from handlers.home import handler as home
from handlers.home.commands import AskHome, AskPage, AskProvider
from handlers.improvements import agenda as plan_agenda
from handlers.improvements import checking as plan_checks
from handlers.improvements import drafting as plan_drafting
from handlers.improvements import editing as plan_editing
from handlers.improvements import handler as plans
from handlers.improvements import past as plan_past
from handlers.improvements import thread as plan_thread
from handlers.improvements import undo as plan_undo
from handlers.improvements.commands import (
    AboutMilestone,
    AddStep,
    AskPlan,
    DraftPlan,
    EditGoal,
    EditWords,
    NewPlan,
    OnePlan,
)
from handlers.improvements.desk import Actions, PlanDesk
from handlers.improvements.drafting import Drafts
from handlers.improvements.in_short import in_short
from handlers.issues import agenda as issue_agenda
from handlers.issues import buttons as issue_buttons
from handlers.issues import clock_changes as issue_clock_changes
from handlers.issues import escalating as issue_escalating
from handlers.issues import handler as issues
from handlers.issues import past as issue_past
from handlers.issues import thread as issue_thread
from handlers.issues import timing as issue_timing
from handlers.issues import undo as issue_undo
from handlers.issues.commands import AskReport, EditIssue, OneIssue, ReportIssue, ShowIssues
from handlers.metrics import agenda as figure_agenda
from handlers.metrics import handler as metrics
from handlers.metrics import replies as figure_replies
from handlers.metrics import requests as figure_requests
from handlers.metrics import undoing as figure_undoing
from handlers.metrics.commands import AskMetrics, AskVolume, AskWeek, EnterFigures, TellVolume
from handlers.metrics.moving import handler as moving_targets
from handlers.metrics.moving import past as target_past
from handlers.metrics.moving import thread as target_thread
from handlers.metrics.moving.commands import OneProposal
from handlers.noise import alone as noise_alone
from handlers.noise import preferences as noise_preferences
from handlers.noise import why as noise_why
from handlers.noise.commands import AskWhy, Fold
from handlers.providers import (
    contract,
    contract_due,
    contract_timers,
    departed,
    departing,
    owner_undo,
    setup,
    team,
    wizard,
)
from handlers.providers.channels import channel_changed, welcome
from handlers.providers.commands import (
    Company,
    KeyMetrics,
    People,
    Times,
    parse_here,
    parse_internal,
    parse_setup,
    parse_unbind,
)
from handlers.providers.found import person_found
from handlers.providers.people_commands import AskContract, AskLeave, Leave, SetContract, ShowTeam
from handlers.pulse import handler as pulse
from handlers.pulse.commands import AskPulse
from handlers.records.past import Storied, Undoable
from handlers.reminders import handler as reminders
from handlers.reminders import times as my_mornings
from handlers.reminders import timetable as mornings
from handlers.reminders.commands import AskMornings, AskQuiet, PauseMornings, SetMornings, SetQuiet, WantWeekly
from handlers.reminders.commands import AskWhy as AskReminderWhy
from handlers.reminders.commands import Snooze as SnoozeReminder
from handlers.reviews import desk as review_desk
from handlers.reviews import planning as review_planning
from handlers.reviews.calendars import handler as review_calendars
from handlers.reviews.meeting import adding as review_adding
from handlers.reviews.meeting import agenda as review_agenda
from handlers.reviews.meeting import capture as review_capture
from handlers.reviews.meeting import emoji as review_emoji
from handlers.reviews.meeting import handler as review_meeting
from handlers.reviews.meeting import minutes as review_minutes
from handlers.reviews.meeting import thread as review_thread
from handlers.reviews.meeting import unheld as review_unheld
from handlers.reviews.meeting import wins as review_wins
from handlers.reviews.meeting.commands import AskLine, OneEntry, OneReview, WasHeld, read_programme
from handlers.reviews.meeting.commands import Note as ReviewNote
from handlers.reviews.series import arranging as review_arranging
from handlers.reviews.series import contract as review_contract
from handlers.reviews.series import handler as review_series
from handlers.reviews.series import holding as review_holding
from handlers.reviews.series import rearranging as review_rearranging
from handlers.reviews.series import undoing as review_undoing
from handlers.reviews.series import voice as review_series_voice
from handlers.reviews.series.commands import (
    AskReviews,
    EditAgenda,
    EditSeries,
    MoveReview,
    OneOccasion,
    OneSeries,
    SetUpSeries,
    SkipReview,
)
from handlers.reviews.series.commands import Undo as UndoReview
from handlers.reviews.undoable import undoable as undoable_reviews
from handlers.router import Emoji, Follower, Speech, Table, ThreadHandler
from handlers.schedules import Firing
from handlers.vocabulary.events import (
    AbsenceTold,
    ActionAgreed,
    ActionChanged,
    ActionOverdue,
    AddressTold,
    ContractEnded,
    ContractMoved,
    ContractReopened,
    DigestChanged,
    FiguresReported,
    FoldedChanged,
    HandedBack,
    MatrixChanged,
    MessageHeld,
    OwnerChanged,
    PeopleJoined,
    PersonKnown,
    PersonLeft,
    PlanChanged,
    ProviderSetUp,
    ReviewChanged,
    ZoneChanged,
)
from handlers.vocabulary.route import Route, Verb, Who

SECTIONS: Mapping[str, Section] = {
    # what an agenda's template calls a part of it -> the room that tells it
    "figures": figure_agenda.section,
    "issues": issue_agenda.section,
    "actions": action_agenda.section,
    "plans": plan_agenda.section,
    "wins": review_wins.section,
}

# reviews, with what other rooms do for them
AGENDAS = review_agenda.Agendas(SECTIONS)
KEPT = review_capture.Capture(action_adding.agree_in_review, action_adding.take_back)
PINS = review_emoji.Pins(KEPT)
UNDOING = review_meeting.Undoing(action_adding.take_back)

PLAN_ACTIONS = Actions(action_adding.agree_in_plan, action_adding.read_line, action_replies.handle_numbered)
"""What improvement plans need of action items."""
PLANS = PlanDesk(PLAN_ACTIONS)

# issues climb the levels of the matrix
LADDER = issue_escalating.Ladder(escalation_named.rungs, noise_preferences.hours_for, noise_preferences.paused_until)

# digests, with the plans' own words
DIGESTS = Digests(in_short, Drafts(review_planning.ahead).of_declines)
DIGEST_DESK = DigestDesk(DIGESTS)
MORNINGS = reminders.Mornings(pulse.morning)

ROUTES: Sequence[Route[Any]] = (
    # --- providers: set-up, people, owners
    Route("providers.setup", parse_setup, setup.knowing(accounts.in_words)),
    Route("providers.internal", parse_internal, setup.setup, Who.MANAGER),
    Route("providers.here", parse_here, setup.setup, Who.MANAGER),
    Route("providers.unbind", parse_unbind, setup.setup, Who.MANAGER),
    # --- one person's accounts
    Route("account.ask", AskLink.parse, accounts.ask, Who.MANAGER),
    Route("account.link", Link.parse, accounts.link, Who.MANAGER),
    Route("account.unlink", Unlink.parse, accounts.unlink),
    Route("account.direct", WriteTo.parse, accounts.write_to),
    Route("providers.company", Company.parse, wizard.company, Who.MANAGER),
    Route("providers.metrics", KeyMetrics.parse, wizard.metrics, Who.MANAGER),
    Route("providers.people", People.parse, wizard.people, Who.MANAGER),
    Route("providers.times", Times.parse, wizard.times, Who.MANAGER),
    Route("providers.team", ShowTeam.parse, team.team),
    Route("providers.leave", AskLeave.parse, departing.ask),
    Route("providers.leaver", AskLeave.parse_chosen, departing.ask),
    Route("providers.left", Leave.parse, departing.leave),
    Route("providers.contract", AskContract.parse, contract.ask, Who.MANAGER),
    Route("providers.contract_set", SetContract.parse, contract.set_end, Who.MANAGER),
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
    # --- who is brought in when an issue waits
    Route("escalation.show", AskMatrix.parse, escalations.show),
    Route("escalation.form", OneMatrix.parse, escalations.text_form, Who.MANAGER),
    Route("escalation.kept", EditMatrix.parse, escalations.keep_text, Who.MANAGER),
    Route("escalation.keep", OneMatrix.parse, escalations.keep_usual, Who.MANAGER),
    Route("escalation.person", OneMatrix.parse, escalations.person_form, Who.MANAGER),
    Route("escalation.named", NamePerson.parse, escalations.name_person, Who.MANAGER),
    Route("escalation.agree", OneMatrix.parse, escalations.agree),
    Route("escalation.undo", OneMatrix.parse, escalations.undo, Who.MANAGER),
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
    Route("action.edit", OneAction.parse, action_buttons.edit_form),
    Route("action.edited", EditAction.parse, action_buttons.edited),
    # --- improvement plans
    Route("plan.ask", AskPlan.parse, plans.ask),
    Route("plan.list", AskPlan.parse, plans.show_list),
    Route("plan.show", OnePlan.parse, plans.show),
    Route("plan.new", NewPlan.parse, plans.new, Who.CLIENT),
    Route("plan.draft", DraftPlan.parse, plans.draft, Who.CLIENT),
    Route("plan.change", OnePlan.parse, plan_editing.change),
    Route("plan.words", OnePlan.parse, plan_editing.words),
    Route("plan.worded", EditWords.parse, plan_editing.worded),
    Route("plan.goal", OnePlan.parse, plan_editing.goal),
    Route("plan.aimed", EditGoal.parse, plan_editing.aimed),
    Route("plan.milestones", OnePlan.parse, plan_editing.steps_form),
    Route("plan.stepped", OnePlan.parse_milestones, plan_editing.stepped),
    Route("plan.intended", OnePlan.parse, plan_editing.intended),
    Route("plan.kept", OnePlan.parse_kept, plan_editing.kept),
    Route("plan.act", OnePlan.parse, PLANS.act),
    Route("plan.acted", AddStep.parse, PLANS.acted),
    Route("plan.preview", OnePlan.parse, PLANS.preview, Who.CLIENT),
    Route("plan.propose", OnePlan.parse, PLANS.propose, Who.CLIENT),
    Route("plan.agree", OnePlan.parse, PLANS.agree),
    Route("plan.later", OnePlan.parse, PLANS.later),
    Route("plan.not_yet", OnePlan.parse_reason, PLANS.not_yet),
    Route("plan.reached", AboutMilestone.parse, PLANS.reached),
    Route("plan.missed", AboutMilestone.parse, PLANS.missed),
    Route("plan.close", OnePlan.parse, PLANS.close),
    Route("plan.withdraw", OnePlan.parse, PLANS.withdraw),
    Route("plan.withdrawn", OnePlan.parse_reason, PLANS.withdrawn),
    Route("plan.undo", OnePlan.parse, PLANS.take_back),
    # --- reminders
    Route("reminder.snooze", SnoozeReminder.parse, reminders.snooze),
    Route("reminder.why", AskReminderWhy.parse, reminders.why),
    Route("reminder.mornings", AskMornings.parse, my_mornings.ask),
    Route("reminder.times", AskMornings.parse, my_mornings.form),
    Route("reminder.timed", SetMornings.parse, my_mornings.timed),
    Route("reminder.pause", PauseMornings.parse, my_mornings.pause),
    Route("reminder.resume", AskMornings.parse, my_mornings.resume),
    Route("reminder.quiet", AskQuiet.parse, my_mornings.quiet),
    Route("reminder.quieted", SetQuiet.parse, my_mornings.quieted),
    Route("noise.why", AskWhy.parse, noise_why.why),
    Route("noise.fold", Fold.parse, noise_why.fold),
    Route("noise.show", noise_alone.ShowMine.parse, noise_alone.show),
    Route("reminder.weekly", WantWeekly.parse, my_mornings.weekly),
    # --- the daily pulse
    Route("pulse.show", AskPulse.parse, pulse.ask, Who.MANAGER),
    Route("pulse.switch", AskPulse.parse, pulse.ask, Who.MANAGER),
    # --- metrics
    Route("metrics.show", AskMetrics.parse, metrics.show),
    Route("metrics.form", AskWeek.parse, metrics.form),
    Route("metrics.enter", EnterFigures.parse, metrics.enter),
    Route("metrics.why", AskWeek.parse_metric, metrics.why),
    Route("metrics.volume", AskVolume.parse, metrics.ask_volume),
    Route("metrics.volume_told", TellVolume.parse, metrics.tell_volume),
    # --- another target for one that is agreed
    Route("target.accept", OneProposal.parse, moving_targets.accept),
    Route("target.later", OneProposal.parse, moving_targets.later),
    Route("target.not_yet", OneProposal.parse_reason, moving_targets.not_yet),
    Route("target.withdraw", OneProposal.parse, moving_targets.withdraw),
    # --- review series: set up, move, skip, end
    Route("review.list", AskReviews.parse, review_desk.show),
    Route("review.setup", AskReviews.parse, review_series.ask, Who.MANAGER),
    Route("review.set_up", SetUpSeries.parse, review_series.set_up, Who.MANAGER),
    Route("review.dates", OneSeries.parse, review_arranging.dates),
    Route("review.move", OneOccasion.parse, review_arranging.move_form),
    Route("review.moved", MoveReview.parse, review_arranging.moved),
    Route("review.skip", OneOccasion.parse, review_arranging.skip_form),
    Route("review.skipped", SkipReview.parse, review_arranging.skipped),
    Route("review.unskip", OneOccasion.parse, review_holding.hold),
    Route("review.edit", OneSeries.parse, review_series.edit_form, Who.MANAGER),
    Route("review.edited", EditSeries.parse, review_series.edit, Who.MANAGER),
    Route("review.agenda.edit", OneSeries.parse, review_series.agenda_form, Who.MANAGER),
    Route("review.agenda.kept", EditAgenda.parse, review_series.edit_agenda, Who.MANAGER),
    Route("review.end_series", OneSeries.parse, review_series.end_form, Who.MANAGER),
    Route("review.ended", OneSeries.parse_reason, review_series.end, Who.MANAGER),
    Route("review.undo", UndoReview.parse, review_undoing.undo),
    # --- reviews: the meeting itself
    Route("review.agenda.show", OneReview.parse, AGENDAS.preview),
    Route("review.line", AskLine.parse, review_adding.ask_line),
    Route("review.line.of", read_programme, review_adding.ask_line_of),
    Route("review.line.add", ReviewNote.parse_line, review_adding.keep),
    Route("review.begin", OneReview.parse, review_meeting.begin),
    Route("review.begin.now", OneReview.parse, review_meeting.begin_now),
    Route("review.here", OneReview.parse, review_meeting.here),
    Route("review.decision", OneReview.parse, review_adding.ask_decision),
    Route("review.decided", ReviewNote.parse_decision, review_adding.keep),
    Route("review.risk", OneReview.parse, review_adding.ask_risk),
    Route("review.risked", ReviewNote.parse_risk, review_adding.keep),
    Route("review.end", OneReview.parse, review_meeting.end),
    Route("review.settle", OneEntry.parse, review_adding.settle),
    Route("review.strike", OneEntry.parse, UNDOING.line),
    Route("review.take_back", OneReview.parse, UNDOING.last),
    Route("review.was_held", OneReview.parse, review_unheld.ask_held),
    Route("review.was_held.tell", WasHeld.parse, review_unheld.was_held),
    # --- digests
    Route("digest.preview", AskDigest.parse, DIGEST_DESK.ask, Who.MANAGER),
    Route("digest.inside", AskDigest.parse_inside, DIGEST_DESK.ask, Who.MANAGER),
    Route("digest.pause", AskDigest.parse_pause, DIGEST_DESK.ask, Who.MANAGER),
    Route("digest.resume", AskDigest.parse_resume, DIGEST_DESK.ask, Who.MANAGER),
    Route("digest.skip", AskDigest.parse_skip, DIGEST_DESK.ask, Who.MANAGER),
    Route("digest.unskip", AskDigest.parse_unskip, DIGEST_DESK.ask, Who.MANAGER),
    Route("digest.time", AskDigest.parse_time, DIGEST_DESK.ask, Who.MANAGER),
    Route("digest.timed", AskDigest.parse_form, DIGEST_DESK.ask, Who.MANAGER),
    # --- home
    Route("home.show", AskHome.parse, home.home),
    Route("home.needs", AskPage.parse, home.needs),
    Route("home.providers", AskPage.parse, home.providers, Who.MANAGER),
    Route("home.provider", AskProvider.parse, home.provider, Who.MANAGER),
    # --- what could not be delivered
    Route("delivery.list", AskList.parse, deliveries.listed, Who.MANAGER),
    Route("delivery.send", OneMessage.parse, deliveries.send, Who.MANAGER),
    Route("delivery.drop", OneMessage.parse, deliveries.drop, Who.MANAGER),
    Route("delivery.again", OneProgramme.parse, deliveries.again, Who.MANAGER),
    Route("delivery.leave", OneProgramme.parse, deliveries.leave, Who.MANAGER),
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
        "plan",
        "plan.ask",
        "improvement plans; `plan new Service level fell` drafts one",
        Who.ANYONE,
        ("plans", "improvement"),
        "Act",
    ),
    Verb(
        "review",
        "review.ask",
        "when you meet, in both zones; `review add <line>`, or `review calendar` for your own calendar",
        Who.ANYONE,
        ("reviews", "meeting", "meetings"),
        "Look",
    ),
    Verb(
        "metrics",
        "metrics.show",
        "figures and targets; `metrics SL 82%` enters one",
        Who.ANYONE,
        ("kpi", "status"),
        "Look",
    ),
    Verb(
        "digest",
        "digest.preview",
        "preview the weekly digest; `digest skip`, `digest time mon 09:30`",
        Who.MANAGER,
        ("summary",),
        "Look",
    ),
    Verb("setup", "providers.setup", "set up or change a provider", Who.CLIENT, ("settings", "configure"), "Arrange"),
    # silent ones
    Verb("away", "absence.ask", "say when you are away: `away until friday`", synonyms=("ooo", "absent"), silent=True),
    Verb("back", "absence.back", "you are here again", silent=True),
    Verb("undo", "history.undo", "take your newest change back, within ten minutes", silent=True),
    Verb("history", "history.show", "who changed what when: `history issue 12`", silent=True),
    Verb("mornings", "reminder.mornings", "when reminders come: `mornings 08:15`", synonyms=("morning",), silent=True),
    Verb("quiet", "reminder.quiet", "when nothing comes by itself: `quiet 22:00-08:00`", silent=True),
    Verb("why", "noise.why", "why the newest message here came", silent=True),
    Verb("pause", "reminder.pause", "my reminders rest: `pause until monday`", silent=True),
    Verb("resume", "reminder.resume", "my reminders go on", silent=True),
    Verb("pulse", "pulse.show", "what changed with my providers; `pulse off`", Who.MANAGER, silent=True),
    Verb(
        "deliveries",
        "delivery.list",
        "what could not be delivered: send it again, or drop it",
        Who.MANAGER,
        ("undelivered",),
        silent=True,
    ),
    Verb(
        "escalation",
        "escalation.show",
        "who is brought in when an issue waits too long",
        synonyms=("escalations", "escalate"),
        silent=True,
    ),
    Verb("home", "home.show", "what needs me, and how everything stands", silent=True, who=Who.ANYONE),
)

STORIED: Mapping[str, Storied] = {
    # subject in the audit log -> how its history is told
    "issue": issue_past.STORIED,
    "action": action_past.STORIED,
    "plan": plan_past.STORIED,
    "escalation": escalation_past.STORIED,
    "target": target_past.STORIED,
}

UNDOABLE: Mapping[str, Undoable] = {
    # subject in the audit log -> what of it the verb "undo" takes back
    "issue": issue_undo.UNDOABLE,
    "action": action_undo.UNDOABLE,
    "figures": figure_undoing.UNDOABLE,
    "target": moving_targets.UNDOABLE,
    "plan": plan_undo.UNDOABLE,
    "escalation": escalations.UNDOABLE,
    **undoable_reviews(UNDOING),
    review_calendars.SUBJECT: review_calendars.UNDOABLE,
    "absence": absences.UNDOABLE,
    "person": departed.UNDOABLE,
    accounts_linking.SUBJECT: accounts.UNDOABLE,
    "programme": owner_undo.UNDOABLE,
    digest_desk.SUBJECT: Undoable(digest_desk.CHANGES, DIGEST_DESK.take_back),
    portfolio_desk.SUBJECT: Undoable(portfolio_desk.CHANGES, portfolio_desk.take_back),
    "provider": contract.UNDOABLE,
    deliveries.ONE: deliveries.UNDOABLE,
    deliveries.ALL: deliveries.UNDOABLE,
}

SHORTCUTS: Mapping[str, str] = {
    # name of a message shortcut -> its action
    "report_issue": "issue.form",
}

_UNDER: Mapping[str, ThreadHandler] = {
    # subject of the card a thread hangs under -> who understands a reply there
    "issue": issue_thread.heard(action_replies.actions_first(issue_thread.reply), praise),
    "escalation": escalation_thread.reply,
    "action": action_replies.under_card,
    "plan": plan_thread.replies(PLAN_ACTIONS),
    "reminders": action_replies.under_reminder,
    "figures": figure_replies.reply,
    "target": target_thread.reply,
    "digest": figure_replies.reply,
    "portfolio": portfolio_thread.reply,
    "review": action_replies.numbered_first(review_thread.Ears(KEPT).reply),
    "programme": noise_why.nothing_else,
    "series": noise_why.nothing_else,
}
THREADS: Mapping[str, ThreadHandler] = {subject: noise_why.asked_first(reply) for subject, reply in _UNDER.items()}
"""Under every card the question why it came is answered first."""

DIRECT_REPLIES: Sequence[Speech] = (
    # who understands a plain reply in a direct conversation ("done 12"), asked in order
    issue_thread.direct,
    plan_thread.direct(PLAN_ACTIONS),
    action_replies.direct,
    metrics.direct,
)

EMOJI: Sequence[Emoji] = (
    # who understands an emoji on a message, asked in order
    PINS.reacted,
)

FOLLOWERS: Mapping[type, Sequence[Follower]] = {
    # what happened -> who acts on it, in order
    ProviderSetUp: (welcome, mornings.programme_runs),
    AbsenceTold: (mornings.absence_told,),
    HandedBack: (issue_timing.handed_back, action_followers.handed_back),
    ContractEnded: (review_unheld.contract_ended, review_contract.contract_ended),
    ContractMoved: (review_contract.contract_moved,),
    ContractReopened: (
        issue_timing.reopened,
        action_followers.reopened,
        review_contract.contract_reopened,
        mornings.programme_runs,
    ),
    OwnerChanged: (
        issue_timing.owner_changed,
        action_followers.owner_changed,
        mornings.owner_changed,
        plan_checks.owner_changed,
        escalation_leaving.owner_changed,
    ),
    PersonLeft: (escalation_leaving.person_left, review_calendars.person_left),
    MatrixChanged: (issue_timing.matrix_changed,),
    ActionAgreed: (
        mornings.agreed,
        review_capture.action_agreed,
        plan_checks.action_changed,
        issue_timing.heard_by_action,
    ),
    ActionChanged: (
        mornings.changed,
        review_minutes.action_changed,
        plan_checks.action_changed,
    ),
    ActionOverdue: (action_followers.overdue,),
    ReviewChanged: (
        AGENDAS.changed,
        review_minutes.changed,
        review_unheld.changed,
        review_series_voice.review_changed,
        DIGESTS.review_changed,
    ),
    ZoneChanged: (
        review_rearranging.zone_changed,
        review_series_voice.zone_changed,
        contract_timers.zone_changed,
        issue_clock_changes.zone_changed,
    ),
    PlanChanged: (DIGESTS.plan_changed,),
    PersonKnown: (mornings.person_known,),
    AddressTold: (accounts.address_told,),
    PeopleJoined: (mornings.joined,),
    MessageHeld: (MORNINGS.held,),
    FoldedChanged: (reminders.folded_changed,),
    DigestChanged: (DIGESTS.digest_changed,),
    FiguresReported: (figure_requests.refresh, plan_checks.figures_reported, DIGESTS.refresh),
}

FIRINGS: Mapping[str, Firing] = {
    # subject of a schedule -> what to do when it comes due
    "figures": figure_requests.ask,
    "figures.later": figure_requests.ask_under_digest,
    "digest": DIGESTS.post,
    "digest.insides": DIGESTS.post_insides,
    "portfolio": DIGESTS.post_portfolio,
    "contract.ahead": contract_due.ahead,
    "contract.farewell": contract_due.farewell,
    "contract.end": contract_due.over,
    "issue.acknowledge": LADDER.after(issue_timing.acknowledge_due),
    "issue.resolve": LADDER.after(issue_timing.resolve_due),
    "issue.answer": LADDER.after(issue_timing.answer_due),
    "issue.escalate": LADDER.climb,
    "issue.lapse": issue_timing.lapse_due,
    "issue.accept": issue_timing.accept_due,
    "action.accept": action_followers.silence,
    "plan.check": plan_checks.check,
    "plan.untouched": plan_drafting.untouched,
    "reminders": MORNINGS.morning,
    # --- reviews: the meeting itself
    "review.agenda": AGENDAS.post,
    "review.begin": review_meeting.begins,
    "review.unheld": review_unheld.ask,
    "review.close": review_unheld.close,
    # --- review series: planning goes on
    "review.after": review_planning.goes_on,
    # --- calendars that read an address
    review_calendars.SHOWN: review_calendars.shown_for_a_while,
    # --- after the bot was not running
    "downtime": catching_up.announce,
}


def table(calendars_at: str = "") -> Table:
    """The wiring the router works with. The help desk comes last: it knows every verb there is. ``calendars_at`` is where
    calendars reach Parley from outside, "" where they cannot."""
    calendars = review_calendars.Calendars(calendars_at)
    reviews = Route("review.ask", AskReviews.parse, review_desk.knowing({"calendar": calendars.in_words}))
    desks = (reviews, *calendars.routes(), *HistoryDesk(STORIED, UNDOABLE).routes())
    routes = {route.action: route for route in (*ROUTES, *desks)}
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
        words_found=PINS.words_found,
        home=home.home,
    )
