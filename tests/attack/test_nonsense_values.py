"""Buttons, forms and words that no card of ours carries: numbers that are none, days at the ends of the calendar, walls of text,
control characters and other people's markup. Each is answered; nothing breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.reviews.templates import BadAgenda, read_agenda
from handlers.routes import table
from tests.attack.estate import FOREIGN, estate
from tests.attack.streets import seen_by
from tests.attack.test_every_route import FIELDS, quiet
from tests.town import Town

HUGE = "9" * 5000
VALUES: tuple[str, ...] = (
    HUGE,
    f"1:{HUGE}",
    "-1",
    "\u0663",
    "\u00b2",
    "9" * 19,
    "1:" + "9" * 25,
    "1e9",
    "0x1",
    "0",
    "[]",
    f"{HUGE}:x",
)
VALUES += (f"series:{HUGE}", "review:" + "9" * 30, f"provider:{HUGE}", f"issue:{HUGE}", '{"programme": ' + HUGE + "}")
VALUES += (f"{FOREIGN}@2026-03-09T09:20@{HUGE}", f"{FOREIGN}@9999-12-31T23:59@", f"{FOREIGN}@0001-01-01T00:00@")
VALUES += (f"{FOREIGN}>0001-01-01T00:00", f"{FOREIGN}>9999-12-31T23:59", "1:9999-12-27", "\u2014" * 10_000)
WORDS: tuple[str, ...] = (
    HUGE,
    "x " * 5000,
    "\x00\x1b\u202e",
    "<!channel> @here *b* <https://e.example|x> <script>",
    "0001-01-01",
)
WORDS += ("=HYPERLINK(1)", "9999-12-31", "31 february", "\ud800", "\u0663\u0664", "until 9999-12-31", "\u2460")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town that bears it all."""
    return quiet(estate(tmp_path_factory.mktemp("nonsense")))


def test_no_button_breaks_anything(town: Town) -> None:
    """Every action, pressed by a manager with values that no button of ours has."""
    for action in sorted(table().routes):
        for value in VALUES:
            seen_by(town.maya.presses(action, value))


def test_no_form_breaks_anything(town: Town) -> None:
    """Every form, sent in by a manager with a hidden part that none of ours has, or with nonsense in every field."""
    for action in sorted(table().routes):
        for value in VALUES[:12]:
            seen_by(town.maya.submits(action, FIELDS, value))
        for words in WORDS:
            fields = dict.fromkeys((*FIELDS, "owner", "which", "review", "present", "person", "provider"), words)
            seen_by(town.maya.submits(action, fields, str(FOREIGN)))


@pytest.mark.parametrize(
    "field", ["owner", "hold", "present", "minutes", "ahead", "day", "first", "end", "milestones", "target"]
)
def test_no_field_breaks_anything(town: Town, field: str) -> None:
    """Nonsense in a single field of forms that are well filled in otherwise."""
    for action in (
        "plan.draft",
        "plan.acted",
        "plan.aimed",
        "plan.stepped",
        "review.set_up",
        "review.edited",
        "review.moved",
    ):
        for words in WORDS:
            seen_by(town.maya.submits(action, {**FIELDS, "owner": "1", field: words}, str(FOREIGN)))
    for action in (
        "review.was_held.tell",
        "absence.tell",
        "providers.contract_set",
        "action.add",
        "review.agenda.kept",
    ):
        for words in WORDS:
            seen_by(town.maya.submits(action, {**FIELDS, "owner": "1", field: words}, str(FOREIGN)))


VERBS: tuple[str, ...] = (
    "history issue",
    "plan",
    "plan new",
    "review add",
    "review move",
    "review skip",
    "review dates",
    "digest time",
)
VERBS += (
    "away",
    "away until",
    "pause until",
    "mornings",
    "back",
    "setup contract",
    "setup left",
    "undo",
    "actions add",
)


@pytest.mark.parametrize("verb", VERBS)
def test_no_words_break_anything(town: Town, verb: str) -> None:
    """Nonsense after a verb, typed by a manager."""
    for words in WORDS:
        seen_by(town.maya.types(f"{verb} {words}"))


AGENDA = "title: {title}\nminutes: {minutes}\nitems:\n- ask: {ask}\n"


@pytest.mark.parametrize(
    "text",
    [
        AGENDA.format(title="x", minutes="0480999", ask="y"),
        AGENDA.format(title="x", minutes="0048" + "9" * 2000, ask="y"),
        AGENDA.format(title='"\\UFFFFFFFF"', minutes="5", ask="y"),
        AGENDA.format(title='"\\uD800\\u200b"', minutes="5", ask="y"),
        AGENDA.format(title="x", minutes="5", ask="y") * 5000,
        "%YAML 1." + "9" * 5000 + "\n---\n" + AGENDA.format(title="x", minutes="5", ask="y"),
        "[" * 2900,
        "&a [*a]",
        "&a {title: x, minutes: 5, items: [*a]}",
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a, *a]\n" for n in range(50)),
        'title: !!python/object/apply:os.system ["x"]\nminutes: 5\nitems: [{ask: y}]',
    ],
)
def test_no_agenda_breaks_its_reader(text: str) -> None:
    """YAML bombs, numbers that are none, characters that are none: refused in words, and quickly."""
    with pytest.raises(BadAgenda):
        read_agenda(text)


def test_an_agendas_words_can_be_shown() -> None:
    """Control characters that YAML lets in by their code stand in no title and no question."""
    read = read_agenda(AGENDA.format(title='"a\\0b\\u202Ec"', minutes="5", ask='"x\\x1by"'))
    assert (read.title, read.items[0].ask) == ("abc", "xy")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://meet.example.com/a", "https://a b", "https://a\nDTSTART:1"]
)
def test_a_meeting_link_is_a_web_address(town: Town, link: str) -> None:
    """Only https is a link to a meeting."""
    answer = town.maya.submits(
        "review.set_up", {"template": "weekly", "when": "tuesday 10:00", "minutes": "30", "link": link}, "1"
    )
    assert "link" in answer.problems


def test_a_calendar_file_has_no_lines_of_others(tmp_path: Path) -> None:
    """Line breaks in a name, a reason or a link make no further property of a calendar file."""
    town = estate(tmp_path)
    nasty = "Weekly\r\nATTENDEE:mailto:x@example.com\nEND:VEVENT"
    town.maya.submits("review.set_up", {"template": "weekly", "when": "thursday 10:00", "minutes": "30"}, "1")
    with town.units() as uow:
        series = uow.series.of(1)[0]
        series.name = nasty
        uow.series.save(series)
        uow.commit()
    fields = {"day": "2026-03-06", "time": "11:00", "reason": nasty}
    with town.units() as uow:
        row = uow.reviews.ahead_of(1)[0]
    town.maya.submits("review.moved", fields, str(row.id))
    files = [row.content for row in town.rows() if "BEGIN:VCALENDAR" in row.content]
    assert files and all(
        "\\r\\nATTENDEE" not in each and "\\nATTENDEE" not in each.replace("\\\\n", "") for each in files
    )
