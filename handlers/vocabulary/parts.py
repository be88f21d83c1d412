"""Cards and what else is said are trees of frozen parts: one kind of part is changed wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

Whole = TypeVar("Whole")
Part = TypeVar("Part")


def changed(whole: Whole, kind: type[Part], change: Callable[[Part], Part]) -> Whole:
    """The same content with every part of this ``kind`` changed; content in which nothing changes is the same object."""
    found: Whole = _walked(whole, kind, change)
    return found


def _walked(part: Any, kind: type[Any], change: Callable[[Any], Any]) -> Any:
    if isinstance(part, kind):
        return change(part)
    if isinstance(part, tuple):
        walked = tuple(_walked(each, kind, change) for each in part)
        return part if all(new is old for new, old in zip(walked, part, strict=True)) else walked
    if not is_dataclass(part) or isinstance(part, type):
        return part
    walked_fields = {each.name: _walked(getattr(part, each.name), kind, change) for each in fields(part)}
    news = {name: new for name, new in walked_fields.items() if new is not getattr(part, name)}
    return replace(part, **news) if news else part
