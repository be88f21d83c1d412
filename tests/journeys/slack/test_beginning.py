"""From the code on the console to the first post that both companies read."""

from __future__ import annotations

import pytest

from tests.journeys.slack.office import CODE, INTERNAL, SHARED, Office

COMPANY = {
    "Provider": "Manila Support",
    "Country of their site": "Philippines",
    "What they do for you": "Voice support",
}


async def become_manager(office: Office) -> None:
    """Type the code that stands on the console."""
    found = CODE.search(office.screen)
    assert found is not None, office.screen
    await office.maya.command("/vendor", f"setup code {found[1]}", SHARED)


async def test_whoever_types_the_code_is_the_first_manager(office: Office) -> None:
    """A wrong code is refused, the right one works once, and nobody else becomes manager with it."""
    await office.maya.command("/vendor", "setup code WRONG-WRONG", SHARED)
    assert "does not work" in office.maya.ephemerals[-1].words
    await become_manager(office)
    assert "You manage Parley here now" in office.maya.ephemerals[-1].words
    await office.dan.command("/vendor", office.screen[office.screen.index("setup code") :].split("\n")[0], SHARED)
    assert "does not work" in office.dan.ephemerals[-1].words
    await office.dan.command("/vendor", "setup", SHARED)
    assert office.dan.open_view is None and "maya" in office.dan.ephemerals[-1].words
    assert office.said(SHARED) == []


async def test_four_forms_in_the_shared_channel(office: Office) -> None:
    """The wizard from the empty command: errors at their fields, owners on both sides, one friendly post at the end."""
    await become_manager(office)
    await office.liza.says(SHARED, "good morning from Manila")
    maya = office.maya
    await maya.command("/vendor", "", SHARED)
    assert "not set up yet" in maya.ephemerals[-1].words
    await maya.clicks("Set up this channel", maya.ephemerals[-1])
    await office.waits(lambda: maya.open_view)
    assert maya.open_view is not None and maya.open_view.title == "Set up: 1 of 4"
    await maya.submits({**COMPANY, "Country of their site": "Filipines"})
    assert "Philippines" in (maya.open_view.error_at("Country of their site") or "")
    await maya.submits(COMPANY)
    assert maya.open_view.title == "Set up: 2 of 4", maya.open_view.words
    await maya.submits()
    assert maya.open_view.title == "Set up: 3 of 4", maya.open_view.words
    mine, theirs = "Who answers for it at your company", "Who answers for it at Manila Support"
    await maya.submits({mine: maya, theirs: maya})
    assert "belongs to the client's company" in (maya.open_view.error_at(theirs) or "")
    await maya.submits({theirs: office.liza})
    assert maya.open_view.title == "Set up: 4 of 4", maya.open_view.words
    await maya.submits({"In this time zone": "London"})
    assert maya.open_view.error_at("In this time zone")
    await maya.submits({"In this time zone": "Europe/London"})
    assert maya.open_view is not None and "Manila Support is set up" in maya.open_view.words
    welcome = (await office.waits(office.shared))[0]
    await office.quiet()
    assert [each.ts for each in office.shared()] == [welcome.ts]
    assert "U0MANAGER" in str(welcome.blocks) and "U0LEAD" in str(welcome.blocks)
    assert "Tuesdays 10:00" in welcome.words and "SL 82%" in welcome.words
    assert office.dms(office.liza) == [] and office.dms(maya) == []


async def test_the_internal_place_is_not_shared(office: Office) -> None:
    """A channel that another company reads, or is invited to, is refused as the internal place; our own is taken."""
    office.settle(internal=False)
    await office.quiet()
    maya = office.maya
    await maya.command("/vendor", "setup internal", SHARED)
    assert "cannot be the internal place" in maya.ephemerals[-1].words
    await maya.command("/vendor", "setup internal", "C0RIVAL")
    await office.waits(lambda: any("could not be delivered" in each.text for each in office.dms(maya)))
    assert "can be read by another company" in office.dms(maya)[-1].words
    await maya.command("/vendor", "setup internal", INTERNAL)
    await office.waits(lambda: office.said(INTERNAL))
    assert "comes here from now on" in office.said(INTERNAL)[-1].words
    assert office.said("C0RIVAL") == []


async def test_the_provider_cannot_steer(settled: Office) -> None:
    """A provider's lead sees no command, and by mention is told who may, where only they read it."""
    office = settled
    with pytest.raises(Exception, match="not a valid command"):
        await office.liza.command("/vendor", "setup", SHARED)
    await office.liza.mention(SHARED, "setup")
    await office.waits(lambda: office.dms(office.liza))
    assert "for the company that hires" in office.dms(office.liza)[-1].words
    assert office.liza.ephemerals == []
