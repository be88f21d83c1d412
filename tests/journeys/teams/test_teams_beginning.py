"""From the code on the console to the first post that both companies read, in Teams."""

from __future__ import annotations

from collections.abc import Mapping

from tests.journeys.office import CODE
from tests.journeys.teams.office import Office
from tests.journeys.teams.sheet import Sheet
from tests.standins.teams import INTERNAL, RIVAL, SHARED

COMPANY = {
    "Provider": "Manila Support",
    "Country of their site": "Philippines",
    "What they do for you": "Voice support",
}


async def become_manager(office: Office) -> str:
    """Write the code that stands on the console into one's own chat with the bot; what the bot says to it."""
    found = CODE.search(office.screen)
    assert found is not None, office.screen
    before = len(office.dms(office.maya))
    await office.maya.dms(f"setup code {found[1]}")
    await office.waits(lambda: len(office.dms(office.maya)) > before)
    await office.quiet()
    return office.words(office.dms(office.maya)[-1])


async def test_in_teams_whoever_writes_the_code_is_the_first_manager(office: Office) -> None:
    """A wrong code is refused, the right one works once, and nobody else becomes manager with it."""
    assert "does not work" in await office.told(office.maya, "setup code WRONG-WRONG")
    told = await office.told(office.maya, "setup")
    assert "one-time code on its console" in told and "administer" not in told
    assert "You manage Parley here now" in await become_manager(office)
    code = CODE.search(office.screen)
    assert code is not None and "does not work" in await office.told(office.dan, f"setup code {code[1]}")
    assert "maya" in await office.told(office.dan, "setup")
    assert office.said(SHARED) == []


async def test_in_teams_four_forms_set_a_provider_up(office: Office) -> None:
    """The wizard from a bare mention, step by step in one card of the manager's own chat: errors at their fields, an outsider
    chosen as owner, one friendly post in the shared channel at the end."""
    maya = office.maya
    await become_manager(office)
    await office.says(office.liza, "good morning from Manila")
    assert "not set up yet" in await office.told(maya, "")
    form = await office.presses(maya, "Set up this channel", office.dms(maya)[-1])
    assert form.title == "Set up: 1 of 4"
    await office.fills(form, {**COMPANY, "Country of their site": "Filipines"})
    assert "Philippines" in (form.error_at("Country of their site") or "")
    assert await step(office, form, COMPANY) == "Set up: 2 of 4"
    assert await step(office, form, {}) == "Set up: 3 of 4"
    mine, theirs = "Who answers for it at your company", "Who answers for it at Manila Support"
    await office.fills(form, {mine: maya, theirs: maya})
    assert "belongs to the client's company" in (form.error_at(theirs) or "")
    assert await step(office, form, {mine: maya, theirs: office.liza}) == "Set up: 4 of 4"
    await office.fills(form, {"In this time zone": "London"})
    assert form.error_at("In this time zone")
    await office.fills(form, {"In this time zone": "Europe/London"})
    assert "Manila Support is set up" in form.words
    (welcome,) = await office.waits(office.shared)
    await office.quiet()
    assert office.shared() == [welcome] and office.names(welcome, maya) and office.names(welcome, office.liza)
    assert "Tuesdays 10:00" in office.words(welcome) and "SL 82%" in office.words(welcome)
    assert office.dms(office.liza) == []


async def step(office: Office, form: Sheet, values: Mapping[str, object]) -> str:
    """Send one form of the wizard in; the title of what comes then."""
    await office.fills(form, values)
    return form.title


async def test_in_teams_the_internal_place_is_not_shared(office: Office) -> None:
    """A channel that another company reads is refused as the internal place, and nothing internal is said in it; our own is
    taken."""
    maya = office.maya
    office.settle(internal=False)
    await office.quiet()
    assert "cannot be the internal place" in await office.told(maya, "setup internal")
    await office.teams.adds_bot(RIVAL)
    before = len(office.dms(maya))
    await maya.mention(RIVAL, "setup internal")
    await office.waits(
        lambda: any("read by another company" in office.words(each) for each in office.dms(maya)[before:])
    )
    await office.quiet()
    await maya.mention(INTERNAL, "setup internal")
    await office.waits(office.inside)
    await office.quiet()
    assert "comes here from now on" in office.words(office.inside()[-1])
    assert not [each for each in office.said(RIVAL) if "internal" in office.words(each).lower()]


async def test_in_teams_the_provider_cannot_steer(settled: Office) -> None:
    """Set-up by a provider's lead is answered with who may, behind a button that shows it to her alone."""
    office, liza = settled, settled.liza
    said = await office.mentions(liza, "setup")
    (line,) = await office.waits(lambda: office.answers(said))
    assert "for the company that hires" not in office.words(line) and office.names(line, liza)
    answer = await office.looks(liza, line)
    assert "for the company that hires" in answer.words
    assert office.dms(liza) == []
    office.arnel.last_error = None
    theirs = await office.looks(office.arnel, line)
    assert "for the company that hires" not in theirs.words


async def test_in_teams_a_mention_is_answered_in_ones_own_chat_and_a_reaction_says_so(office: Office) -> None:
    """Whoever mentions the bot sees in the channel that it heard; their settings are on the clock that their own Teams shows."""
    await become_manager(office)
    asked, wrong = await office.mentions(office.maya, "mornings"), await office.mentions(office.maya, "xyzzyq")
    await office.waits(lambda: office.reacted(wrong))
    assert (office.reacted(asked), office.reacted(wrong)) == (["white_check_mark"], ["question"])
    assert "09:00 (Europe/London)" in office.words(office.dms(office.maya)[-2])
    assert office.said(SHARED) == []
