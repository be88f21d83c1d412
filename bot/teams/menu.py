"""What people type instead of a command: Teams has no slash commands, its menu of ten verbs only writes the word."""

from __future__ import annotations

from dataclasses import dataclass

HOME = ("home", "start")
"""Words that ask for Home: Teams has no page of its own for it, so it is a card in the personal chat."""


@dataclass(frozen=True, slots=True)
class Menu:
    """``command`` is what people are used to type elsewhere, such as "/vendor"."""

    command: str = "/vendor"

    def without_command(self, words: str) -> str:
        """What is asked for, without the root command in front of it."""
        first, _, rest = words.strip().partition(" ")
        bare = self.command.lstrip("/").casefold()
        return rest.strip() if first.casefold() == f"/{bare}" else words.strip()

    def asks_for_home(self, words: str) -> bool:
        """Whether these words ask for Home and nothing else."""
        return words.strip().strip(".!").casefold() in HOME
