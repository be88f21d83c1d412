"""The forms about an issue: reporting, editing, and the one-field ones behind the card's buttons."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.issues.commands import USUAL_SEVERITY
from handlers.issues.rules import KINDS, SEVERITIES
from handlers.issues.standing import Standing
from handlers.records.forms import LONGEST_TITLE, LONGEST_WORDS, short_title, who_sees
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Field, Form, Option
from handlers.vocabulary.route import Asker
from storage.models.person import Person


def report_form(asker: Asker, programme_id: int, provider: str, words: str, quoted: str) -> Form:
    """Five fields; a provider's people, who always report to both companies, see four."""
    title = short_title(words or quoted)
    typed = words if words and words != title else ""
    fields = _description(title, quoted or typed, USUAL_SEVERITY, "service")
    if asker.side is Side.CLIENT:
        fields = (*fields, who_sees(asker))
    return Form(
        action="issue.report",
        title="Report an issue",
        submit="Report issue",
        fields=fields,
        visible_to="both companies" if asker.side is Side.PROVIDER else "as chosen below",
        intro=f"About {provider}. Its owner there is told at once." if asker.side is Side.CLIENT else "",
        hidden=str(programme_id),
    )


def edit_form(standing: Standing, people: Sequence[Person]) -> Form:
    """The report again, and who owns it."""
    issue = standing.issue
    owners = tuple(Option(str(each.id), f"{each.name} ({standing.names[Side(each.side)]})") for each in people)
    owner = Field(
        "owner", "Owner", "choice", initial=str(issue.owner_id), options=owners, hint="Across companies it starts anew"
    )
    fields = (*_description(issue.title, issue.detail, issue.severity, issue.issue_kind), owner)
    return Form(
        "issue.edited", f"Edit issue {issue.number}", "Save changes", fields, seen_by(standing), "", standing.value
    )


def block_form(standing: Standing) -> Form:
    """What is missing, and from whom."""
    other = standing.names[standing.owner_side.other]
    if standing.issue.state == "waiting":
        other = standing.names[standing.owner_side]
    reason = Field(
        "reason",
        f"What do you need from {other}?",
        "text",
        hint=f"Their clock runs until they answer; yours rests. Example: the refund policy for {standing.issue.title[:30]}",
    )
    return _small(standing, "issue.blocked", "Blocked", "Ask for it", reason)


def finish_form(standing: Standing) -> Form:
    """What was done; may stay empty."""
    note = Field("note", "What was done", "text", hint="One line is enough", required=False)
    return _small(standing, "issue.done", "Done", "Say it is done", note)


def reopen_form(standing: Standing) -> Form:
    """What is still wrong."""
    reason = Field("reason", "What is still wrong?", "text", hint="One line is enough")
    return _small(standing, "issue.reopened", "Reopen", "Reopen issue", reason)


def seen_by(standing: Standing) -> str:
    """Who reads what is entered."""
    return f"{standing.names[Side.CLIENT]} only" if standing.internal else "both companies"


def _small(standing: Standing, action: str, title: str, submit: str, field: Field) -> Form:
    intro = f"Issue {standing.issue.number}: {standing.issue.title}"
    return Form(action, title, submit, (field,), seen_by(standing), intro, standing.value)


def _description(title: str, detail: str, severity: int, kind: str) -> tuple[Field, ...]:
    levels = tuple(Option(str(each.level), f"{each.level} {each.name}: {each.meaning}") for each in SEVERITIES.values())
    kinds = tuple(Option(name, label) for name, label in KINDS.items())
    return (
        Field("title", "Title", hint="Example: Refund calls wait 20 minutes", initial=title, longest=LONGEST_TITLE),
        Field("detail", "What happened", "text", required=False, initial=detail, longest=LONGEST_WORDS),
        Field("severity", "Severity", "choice", initial=str(severity), options=levels),
        Field("kind", "Kind", "choice", initial=kind, options=kinds),
    )
