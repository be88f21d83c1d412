"""Reporting an issue and looking at issues: the verb, the form, the lists, one issue."""

from __future__ import annotations

from datetime import datetime

from handlers import places
from handlers.issues import cards, changes, forms, lists, rules, voice
from handlers.issues.commands import AskReport, OneIssue, ReportIssue, ShowIssues
from handlers.issues.rules import SEVERITIES
from handlers.issues.standing import Standing, find, find_numbered, standing_of
from handlers.records.hours import hours_of, until
from handlers.records.record import may_see
from handlers.stand_ins import acting_for
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.events import IssueReported
from handlers.vocabulary.outgoing import Answer, Button
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.issue import Issue
from storage.models.person import Person
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork


def ask(command: AskReport, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The verb: a list or one issue where that is asked for, else the form.

    A mention with words reports at once, and so does a provider's message to the bot: they may have no button to press.
    """
    if command.listing:
        return show_list(ShowIssues(command.listing), asker, uow, now)
    if command.number is not None:
        return Answer(card=cards.private_card(find_numbered(command.number, asker, uow), now))
    if command.mention and not command.words:
        return Answer(card=lists.how_to_report())
    if command.words and (command.mention or (asker.message is not None and asker.side is Side.PROVIDER)):
        return report(ReportIssue.from_words(command.words, _usual_visibility(asker)), asker, uow, now)
    programme = places.the_programme(asker, uow, command.programme, again="issue.form")
    assert programme.id is not None
    name = places.programme_name(uow, programme, places.programmes_seen_by(asker, uow))
    return Answer(form=forms.report_form(asker, programme.id, name, command.words, command.quoted))


def report(command: ReportIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Keep a new issue, start the owner's clock, and say it where both sides (or only ours) read."""
    programme = places.the_programme(asker, uow, command.programme, again="issue.form")
    _can_be_shown(command.visibility, programme, asker, uow)
    owner = _first_owner(command.visibility, asker, programme, uow, now)
    issue = _new_issue(command, asker, programme, owner, uow, now)
    uow.issues.start_clock(issue, owner.side, now)
    standing, _ = changes.keep(issue, None, "issue.reported", asker, uow, now, f"{command.title}\n{command.detail}")
    voice.post_card(standing, uow, now)
    voice.react(issue, asker, uow, now, "eyes")
    uow.happened(IssueReported(standing.id))
    said = f"Issue {issue.number} is reported to {forms.seen_by(standing)}. {owner.name} looks after it."
    if asker.message is not None and not asker.direct:
        return Answer(done=said)  # a message is confirmed by its reaction and the card that now stands in the channel
    return Answer(card=cards.confirmation(standing, said), done=said)


def show_list(command: ShowIssues, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Open issues of this place (or of all the asker may see), worst first; or those they own."""
    seen = places.programmes_seen_by(asker, uow)
    here = [each for each in seen if each.id in asker.programme_ids] or seen
    issues = [issue for each in here if each.id is not None for issue in uow.issues.open_of(each.id)]
    mine = command.which == "mine"
    chosen = [each for each in issues if may_see(each, asker, uow) and (not mine or each.owner_id == asker.person_id)]
    chosen.sort(key=lambda each: (-each.level, each.severity, each.reported_at, each.number))
    clocks = uow.issues.running_clocks([each.id for each in chosen if each.id is not None])
    late = sum(rules.overdue(each, [clock], now) is not None for each in chosen if (clock := clocks.get(each.id or 0)))
    shown = [standing_of(each, uow) for each in chosen[: lists.LISTED]]
    return Answer(card=lists.list_card(shown, len(chosen), late, now, mine=mine))


def show(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """One issue, for the asker's eyes."""
    return Answer(card=cards.private_card(find(command.issue_id, asker, uow), now))


def _usual_visibility(asker: Asker) -> Visibility:
    """Where nobody could choose: as the place is. What a client's person writes outside a shared channel stays inside."""
    in_shared = bool(asker.programme_ids) and not asker.internal
    return Visibility.SHARED if in_shared or asker.side is Side.PROVIDER else Visibility.INTERNAL


def _can_be_shown(visibility: Visibility, programme: Programme, asker: Asker, uow: UnitOfWork) -> None:
    """Refuse, before anything is kept, what both companies should see but could not; at the field if there is one."""
    assert programme.id is not None
    if visibility != Visibility.SHARED or places.shared_channel(uow, programme.id) is not None:
        return
    why = "The shared channel of this provider is not bound, or gets no posts now, so both companies cannot see this."
    if asker.side is Side.PROVIDER or asker.message is not None:
        raise Declined(f"{why} Please tell the client's owner directly.")
    raise Invalid({"visibility": f"{why} Choose our company only, or bind a channel with setup"})


def _first_owner(visibility: Visibility, asker: Asker, programme: Programme, uow: UnitOfWork, now: datetime) -> Person:
    """No record without an owner: who answers today on the side it is about (the deputy while the owner is away), else on
    the reporter's, else the reporter.

    A provider's report is for the client; what is internal stays with the client.
    """
    assert programme.id is not None
    internal = visibility == Visibility.INTERNAL
    wanted = Side.CLIENT if internal else asker.side.other
    found = acting_for(uow, programme.id, wanted, now) or acting_for(uow, programme.id, asker.side, now)
    found = found or uow.people.get(asker.person_id)
    if found is None:
        raise Declined(
            "Nobody answers for this provider yet. Name the owners first.", Button("providers.setup", "Set up")
        )
    return found


def _new_issue(
    command: ReportIssue, asker: Asker, programme: Programme, owner: Person, uow: UnitOfWork, now: datetime
) -> Issue:
    assert programme.id is not None and owner.id is not None
    level = SEVERITIES[command.severity]
    hours = rules.hours_for(command.severity, hours_of(owner.zone, owner.country))
    return uow.issues.add(
        Issue(
            installation_id=asker.installation_id,
            provider_id=programme.provider_id,
            programme_id=programme.id,
            number=uow.issues.next_number(asker.installation_id),
            title=command.title,
            detail=command.detail,
            issue_kind=command.kind,
            severity=command.severity,
            visibility=command.visibility,
            reporter_id=asker.person_id,
            owner_id=owner.id,
            reported_at=now,
            acknowledge_by=until(now, level.acknowledge, hours),
            resolve_by=until(now, level.resolve, hours),
        )
    )


def named_owner(words: str, asker: Asker, standing: Standing, uow: UnitOfWork) -> Person:
    """The person a reply names as owner: "me", a mention, or a name. Only people who take part here are known.

    Raises ``Declined`` with the way out.
    """
    name = words.strip().removeprefix("<at>").removesuffix("</at>").strip()
    if name.casefold() == "me":
        found = uow.people.get(asker.person_id)
    else:
        marked = name if name.startswith("<@") else f"@{name.removeprefix('@')}"
        found = places.person_mentioned(uow, asker.installation_id, asker.account.platform, marked)
    if found is None or found.id not in {each.id for each in may_own(standing, uow)}:
        raise Declined("I know nobody by that name here. Use their @mention; whoever writes in this channel is known.")
    return found


def may_own(standing: Standing, uow: UnitOfWork) -> list[Person]:
    """Who could own this issue, the present owner first: both companies' people, or the client's for an internal one."""
    issue = standing.issue
    people = list(uow.people.of_client(issue.installation_id))
    if not standing.internal:
        people = [*uow.people.of_provider(issue.provider_id), *people]
    return sorted(people, key=lambda each: each.id != issue.owner_id)


def offered_owners(standing: Standing, asker: Asker, uow: UnitOfWork) -> list[Person]:
    """Of those who could own it whom an asker may choose from a list: a provider's people see of the client's only those who
    answer for the programme, and who has the issue or reported it."""
    issue = standing.issue
    if asker.side is Side.CLIENT:
        return may_own(standing, uow)
    known = {issue.owner_id, issue.reporter_id, *(each.person_id for each in uow.providers.owners(issue.programme_id))}
    return [each for each in may_own(standing, uow) if each.side == Side.PROVIDER or each.id in known]
