"""What is wrong with a drawn card, by measuring it in the page: what sticks out, what is cut off, what is hard to read.

Contrast as in WCAG 2.2: 4.5 to 1, large words and mere shapes 3 to 1. A button's words may be cut where its tooltip has them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.browser.seat import ARGUMENTS, CHROMIUM

Json = dict[str, Any]
T = TypeVar("T")

_LOOK = r"""
() => {
  const channel = (part) => (part /= 255) <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const parsed = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const grounds = new Map();
  const ground = (element) => {
    if (grounds.has(element)) return grounds.get(element);
    const own = parsed(getComputedStyle(element).backgroundColor);
    const found = own.length < 4 || own[3] === 1 || !element.parentElement ? own : ground(element.parentElement);
    grounds.set(element, found);
    return found;
  };
  const wanted = (element, style) => {
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    if (/^[\s●▲■○*]+$/u.test(element.textContent)) return 3;
    return size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
  };
  const short = (element) => `<${element.tagName.toLowerCase()}> ${(element.textContent || element.value || "").slice(0, 60)}`;
  return [...document.querySelectorAll(".message")].map((message) => {
    const card = message.querySelector(".card"), edge = card.getBoundingClientRect(), wrong = [];
    for (const element of card.querySelectorAll("*")) {
      if (!element.checkVisibility() || element.tagName === "OPTION") continue;
      const box = element.getBoundingClientRect();
      if (box.width && (box.right > edge.right + 0.5 || box.left < edge.left - 0.5)) wrong.push(`sticks out: ${short(element)}`);
      const style = getComputedStyle(element);
      const control = ["SELECT", "INPUT", "TEXTAREA"].includes(element.tagName);
      const says = control || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!says) continue;
      const hides = style.overflowX !== "visible" || style.overflowY !== "visible";
      const larger = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
      const told = element.closest("button")?.title;
      if (!control && hides && larger && !told) wrong.push(`cut off: ${short(element)}`);
      const [light, dark] = [luminance(parsed(style.color)), luminance(ground(element))].sort((a, b) => b - a);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < wanted(element, style)) wrong.push(`contrast ${contrast.toFixed(2)} of ${style.color}: ${short(element)}`);
    }
    for (const button of card.querySelectorAll("button")) {
      const box = button.getBoundingClientRect();
      if (box.height < 24 || box.width < 24) wrong.push(`too small to touch: ${short(button)}`);
      if (button.disabled || button.tabIndex < 0) wrong.push(`not reached by keyboard: ${short(button)}`);
    }
    return [message.dataset.name, [...new Set(wrong)]];
  });
}
"""


def look(page: Page) -> dict[str, list[str]]:
    """What is wrong with each card of the page, by name; cards with which nothing is wrong are left out."""
    found: list[tuple[str, list[str]]] = page.evaluate(_LOOK)
    return {name: wrong for name, wrong in found if wrong}


@contextmanager
def steering() -> Iterator[Callable[[Callable[[Browser], T]], T]]:
    """Runs what it is given with a browser, in a thread of its own: two steerings of one thread would meet."""
    with ThreadPoolExecutor(1) as pool:
        play = pool.submit(lambda: sync_playwright().start()).result()
        language: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "en_GB"}
        browser = pool.submit(
            lambda: play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, env=language)
        ).result()
        try:
            yield lambda act: pool.submit(act, browser).result()
        finally:
            pool.submit(browser.close).result()
            pool.submit(play.stop).result()


def with_browser(act: Callable[[Browser], T]) -> T:
    """Run ``act`` once with a browser of its own."""
    with steering() as steer:
        return steer(act)
