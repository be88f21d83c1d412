"""Teams' two themes as a host config for the renderer and the colours around it.

The values are the published tokens of Fluent UI's ``teamsLightTheme`` and ``teamsDarkTheme``; sizes and spacing are those of
its type ramp. What stands here is written for these tests: Teams' own host config is not published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

FONT = '"Noto Sans", sans-serif'
"""Segoe UI is not free; Noto Sans is a little wider, so that what fits here fits there."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by Fluent's names: ``text`` colorNeutralForeground1, ``quiet`` colorNeutralForeground3, ``card`` the card's
    ground, ``tint`` that of a container in style "emphasis", ``page`` the chat behind it, ``line`` colorNeutralStroke2, ``attention`` colorPaletteRedForeground1, ``good`` and ``warning`` the status foregrounds."""

    name: str
    text: str
    quiet: str
    card: str
    tint: str
    page: str
    line: str
    field: str
    accent: str
    link: str
    brand: str
    good: str
    warning: str
    attention: str


LIGHT = Theme(
    name="light", text="#242424", quiet="#616161", card="#ffffff", tint="#f5f5f5", page="#f5f5f5", line="#e0e0e0",
    field="#ffffff", accent="#5b5fc7", link="#4f52b2", brand="#5b5fc7",
    good="#0e700e", warning="#bc4b09", attention="#bc2f32",
)  # fmt: skip
DARK = Theme(
    name="dark", text="#ffffff", quiet="#adadad", card="#292929", tint="#333333", page="#1f1f1f", line="#525252",
    field="#1f1f1f", accent="#7f85f5", link="#7f85f5", brand="#4f52b2",
    good="#54b054", warning="#faa06b", attention="#e37d80",
)  # fmt: skip


def host_config(theme: Theme) -> Json:
    """What the renderer needs to know of its host."""
    sizes = {"small": 12, "default": 14, "medium": 16, "large": 20, "extraLarge": 24}
    weights = {"lighter": 400, "default": 400, "bolder": 600}
    mono = {"fontFamily": '"Noto Sans Mono", Consolas, monospace', "fontSizes": sizes, "fontWeights": weights}
    return {
        "choiceSetInputValueSeparator": ",",
        "supportsInteractivity": True,
        "spacing": {"small": 4, "default": 8, "medium": 16, "large": 24, "extraLarge": 32, "padding": 16},
        "separator": {"lineThickness": 1, "lineColor": theme.line},
        "fontTypes": {
            "default": {"fontFamily": FONT, "fontSizes": sizes, "fontWeights": weights},
            "monospace": mono,
        },
        "lineHeights": {"small": 16, "default": 20, "medium": 22, "large": 28, "extraLarge": 32},
        "containerStyles": {"default": _style(theme, theme.card), "emphasis": _style(theme, theme.tint)},
        "actions": {
            "maxActions": 6,
            "spacing": "default",
            "buttonSpacing": 8,
            "actionsOrientation": "horizontal",
            "actionAlignment": "left",
        },
        "factSet": {
            "title": {"color": "default", "size": "default", "weight": "bolder", "wrap": True, "maxWidth": 150},
            "value": {"color": "default", "size": "default", "weight": "default", "wrap": True},
            "spacing": 16,
        },
        "inputs": {
            "label": {
                "inputSpacing": "small",
                "requiredInputs": {"weight": "bolder", "color": "default", "size": "default"},
                "optionalInputs": {"weight": "bolder", "color": "default", "size": "default"},
            },
            "errorMessage": {"color": "attention", "size": "small", "spacing": "small"},
        },
    }


def _style(theme: Theme, ground: str) -> Json:
    both = {"default": theme.text, "subtle": theme.quiet}
    shades = {
        name: {"default": getattr(theme, name), "subtle": getattr(theme, name)}
        for name in ("good", "warning", "attention", "accent")
    }
    return {"backgroundColor": ground, "foregroundColors": {"default": both, **shades}}


def css(theme: Theme) -> str:
    """The chat around a card, and the looks of controls, which the renderer leaves to its host."""
    return f"""
    * {{ box-sizing: border-box; }}
    body {{ margin: 0; padding: 12px; background: {theme.page}; color: {theme.text}; font: 14px/20px {FONT}; }}
    .message {{ margin: 0 0 12px; }}
    .by {{ font-size: 12px; line-height: 16px; color: {theme.quiet}; margin: 0 0 4px 2px; }}
    .by b {{ color: {theme.text}; font-weight: 600; }}
    .card {{ background: {theme.card}; border: 1px solid {theme.line}; border-radius: 8px; overflow: hidden; }}
    .ac-pushButton {{ font: 600 14px/20px {FONT}; color: {theme.text}; background: {theme.card};
      border: 1px solid {theme.line}; border-radius: 4px; padding: 5px 12px; min-height: 32px; white-space: normal;
      overflow-wrap: anywhere; max-width: 100%; }}
    .ac-pushButton.style-positive, .ac-pushButton.primary.style-positive {{ color: #ffffff; background: {theme.brand};
      border-color: {theme.brand}; }}
    .ac-pushButton.style-destructive, .ac-pushButton.primary.style-destructive {{ color: {theme.attention};
      background: {theme.card}; border-color: {theme.line}; }}
    .ac-actionSet {{ flex-wrap: wrap; row-gap: 8px; }}
    .ac-input, .ac-multichoiceInput {{ font: 14px/20px {FONT}; color: {theme.text}; }}
    .ac-textInput, .ac-dateInput, .ac-timeInput, .ac-numberInput, select.ac-choiceSetInput-compact,
    .ac-choiceSetInput-compact {{ width: 100%; background: {theme.field}; color: {theme.text};
      border: 1px solid {theme.line}; border-bottom-color: {theme.quiet}; border-radius: 4px; padding: 5px 10px;
      min-height: 32px; }}
    .ac-textInput.ac-multiline {{ min-height: 72px; }}
    input, select, textarea {{ color-scheme: {theme.name}; }}
    a.ac-anchor, a.ac-anchor:link, a.ac-anchor:visited {{ color: {theme.link}; overflow-wrap: anywhere; }}
    .ac-textBlock, .ac-richTextBlock, .ac-fact-value p {{ overflow-wrap: anywhere !important; }}
    .ac-fact-title p {{ overflow-wrap: break-word !important; max-width: 40vw; }}
    .mention {{ color: {theme.link}; font-weight: 600; }}
    """
