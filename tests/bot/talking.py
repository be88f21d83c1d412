"""A person at a terminal, for tests: answers what was written down beforehand, and hears everything."""

from __future__ import annotations


class Scripted:
    """``answers`` in order; without any, nobody listens. Asking more than was answered fails the test."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.listens = bool(answers)
        self.heard: list[str] = []
        self.asked: list[str] = []

    def tell(self, *lines: str) -> None:
        """Hear."""
        self.heard.extend(lines)

    def ask(self, question: str) -> str:
        """Answer."""
        self.asked.append(question)
        assert self._answers, f"nobody expected to be asked: {question}"
        return self._answers.pop(0)

    @property
    def all_heard(self) -> str:
        """Everything in one text."""
        return "\n".join(self.heard)
