"""A form as somebody has it open in Slack: a modal."""

from __future__ import annotations

from tests.standins.slack import Person
from tests.standins.slack.surfaces import View


class Sheet:
    """The modal in front of somebody; once it is sent in, what it was answered with, "" when it just closed."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._told: str | None = None

    @property
    def view(self) -> View:
        """The modal as it is now."""
        view = self.person.open_view
        assert view is not None, "no form is open"
        return view

    @property
    def title(self) -> str:
        """The line on top."""
        return self.view.title

    @property
    def words(self) -> str:
        """Everything it says."""
        return self.view.words if self._told is None else self._told

    @property
    def labels(self) -> list[str]:
        """What can be filled in, from above."""
        return self.view.labels

    def error_at(self, label: str) -> str | None:
        """What is wrong with what was filled in there."""
        return self.view.error_at(label)

    async def closes_what_was_told(self) -> None:
        """Read what the form was answered with, and close it; a form that asks again stays open."""
        view = self.person.open_view
        if view is None:
            self._told = ""
        elif not view.labels:
            self._told = view.words
            await self.person.clicks(view.close_label)
