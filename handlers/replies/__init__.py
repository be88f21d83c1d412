"""Plain replies: the reply is the interface."""

from handlers.replies.grammar import parse

__all__ = ["parse"]
