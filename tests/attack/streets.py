"""A town with a rival provider and secrets, and everything an outsider may send in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import storage.models as models
from handlers.routes import table
from handlers.saying import encode
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Answer
from tests.town import Resident, Town, town_at

SECRETS = ("Cypress", "Juniper", "Magnolia", "Willowbank", "Hawthorn")
"""Words that stand only in what an outsider of Northwind must never read: internal records, and the rival's."""


def crowded(folder: Path, platform: Platform = Platform.ROOM) -> Town:
    """Northwind with internal records, and the rival Willowbank with shared ones; ``rival_of`` leads there."""
    town = town_at(folder, platform=platform)
    with town.units() as uow:
        client = uow.providers.installation(town.platform, town.client)
        assert client is not None and client.id is not None
        provider = uow.providers.add(
            models.Provider(
                installation_id=client.id, name="Willowbank", country="PL", zone="Europe/Warsaw", created_at=town.now
            )
        )
        programme = uow.providers.add(
            models.Programme(
                installation_id=client.id,
                provider_id=provider.id or 0,
                name="Hawthorn desk",
                anchor_zone="Europe/London",
                digest_wall="mon 08:30",
                figures_wall="tue 10:00",
                created_at=town.now,
            )
        )
        uow.providers.add(
            models.Channel(
                installation_id=client.id,
                programme_id=programme.id or 0,
                platform=town.platform,
                workspace=town.client,
                channel=town.channel("RIVAL"),
                kind="shared",
            )
        )
        rival = uow.people.add(
            models.Person(
                installation_id=client.id,
                provider_id=provider.id,
                name="Magnolia Nowak",
                side="provider",
                role="lead",
                zone="Europe/Warsaw",
                country="PL",
                created_at=town.now,
            )
        )
        uow.people.connect(rival, town.platform, town.workspace("WILLOWBANK"), town.user("RIVAL"))
        maya = next(each for each in uow.people.of_client(client.id) if each.name == "Maya Brooks")
        for side, person in (("client", maya), ("provider", rival)):
            uow.providers.add(
                models.Owner(
                    programme_id=programme.id or 0, side=side, role="owner", person_id=person.id or 0, since=town.now
                )
            )
        uow.commit()
    return town


def rival_of(town: Town) -> Resident:
    """The rival's lead, in the rival's channel."""
    return town.somebody("Magnolia Nowak", "WILLOWBANK", "RIVAL", town.place("RIVAL"))


def keep_secrets(town: Town) -> None:
    """Issue 1 and action 1 are internal to the client, issue 2 and action 2 are the rival's, 3 and 3 are shared."""
    report = {"detail": "", "severity": "2", "kind": "service"}
    town.maya.submits("issue.report", {**report, "title": "Cypress is leaving", "visibility": "INT"}, hidden="1")
    town.maya.submits(
        "action.add",
        {"title": "Juniper price talk", "owner": "1", "due": "2026-03-04", "visibility": "INT", "note": "Juniper"},
        hidden="1",
    )
    rival = rival_of(town)
    town.maya.submits("issue.report", {**report, "title": "Magnolia queue", "visibility": "SH"}, hidden="2")
    rival.types("actions add Magnolia plan due friday")
    town.maya.submits("issue.report", {**report, "title": "Shared trouble", "visibility": "SH"}, hidden="1")
    town.maya.types("actions add Shared step @Jo due friday")


def seen_by(answer: Answer) -> str:
    """Everything an answer shows, as text."""
    card = "" if answer.card is None else encode(answer.card)
    return f"{card} {answer.form!r} {dict(answer.problems)!r} {answer.done}"


def pressed() -> Iterator[tuple[str, str]]:
    """Every action with every value an outsider may put into its button."""
    ids = ["", "1", "2", "1:1", "2:1", "issue:1", "issue:2", "programme:2", "provider:2", "2:2026-02-23"]
    words = ["report 1", "report list", "actions done 2", "actions all", "metrics Willowbank", "setup internal"]
    values = [*ids, *words, "2:2026-02-23:service_level", "1:9999-12-27", "1:tomorrow", "9" * 1999, "Willowbank"]
    for action in table().routes:
        for value in values:
            yield action, value


def filled() -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Every action as a form with tampered hidden parts."""
    values = {
        "title": "x",
        "detail": "y",
        "severity": "1",
        "kind": "service",
        "visibility": "INT",
        "owner": "1",
        "due": "2026-03-20",
        "note": "n",
        "reason": "r",
        "service_level": "82%",
        "provider": "Willowbank",
        "programme": "Hawthorn desk",
        "country": "PL",
        "zone": "Europe/Warsaw",
    }
    hiddens = ["", "1", "2", "1:1", "2:1", "issue:1", "issue:2", "2:2026-02-23", "1:9999-12-31", '{"programme": 2}']
    hiddens += ['{"provider": 2, "channel": "C-SHARED"}', "[]", "9" * 40, '{"programme": ' + "9" * 400 + "}"]
    for action in table().routes:
        for hidden in hiddens:
            yield action, values, hidden
            yield action, {**values, "visibility": "SH", "owner": "6"}, hidden
