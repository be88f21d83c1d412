"""The four forms of the wizard, filled with what is known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.calendar import Pattern
from handlers.metrics.catalogue import Catalogue
from handlers.providers.commands import DIRECT, LONGEST_TARGETS, NOBODY, Carried
from handlers.providers.rules import METRIC_BUDGET
from handlers.providers.spec import DIGEST_WALL, FIGURES_WALL, PROGRAMME
from handlers.vocabulary.outgoing import Field, Form, Option
from storage.models.provider import Channel, Programme, Provider

VISIBLE = "your own company, until the set-up is finished"
DAYS = ("mon", "tue", "wed", "thu", "fri")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
LISTED_PEOPLE = 90
"""Slack takes 100 options in a list; a few are ours."""
SHORT_NAME = 40
"""Characters of a provider's name in a label."""


def company_form(carried: Carried, provider: Provider | None, programme: Programme | None) -> Form:
    """Step 1 of 4."""
    here = "The channel you asked in becomes the one both companies read. " if carried.channel else ""
    fields = (
        Field("provider", "Provider", hint="Their company's name", initial="" if provider is None else provider.name),
        Field(
            "country",
            "Country of their site",
            hint="For public holidays: Philippines, or PH",
            initial="" if provider is None else provider.country,
        ),
        Field(
            "zone",
            "Time zone of their site",
            hint="Leave empty if the country has only one. Otherwise for example America/Chicago",
            required=False,
            initial="" if provider is None else provider.zone,
        ),
        Field(
            "programme",
            "What they do for you",
            hint="For example voice support",
            initial=PROGRAMME if programme is None else programme.name,
        ),
        Field(
            "contract_end",
            "Last day of the contract",
            "date",
            hint="Leave it empty for an open end",
            required=False,
            initial="" if provider is None or provider.contract_end is None else provider.contract_end.isoformat(),
        ),
    )
    return Form(
        "providers.company", "Set up: 1 of 4", "Next: metrics", fields, VISIBLE, intro=here, hidden=str(carried)
    )


def metrics_form(carried: Carried, tracked: Sequence[str], catalogue: Catalogue) -> Form:
    """Step 2 of 4. A first set-up starts with the first ready-made set; a later one with what is tracked."""
    presets = tuple(
        Option(each.id, f"{each.name}: {', '.join(catalogue.get(row.metric_id).short for row in each.metrics)}")
        for each in catalogue.presets
    )
    fields = (
        Field(
            "preset",
            "Start from",
            "choice",
            hint="Five well-chosen metrics are enough; you can change them later",
            initial=NOBODY if tracked else presets[0].value,
            options=(*presets, Option(NOBODY, "Only the ones I choose below")),
        ),
        Field(
            "own",
            "Add your own",
            "choices",
            hint=f"{METRIC_BUDGET} at most, together with the set above",
            required=False,
            initial=",".join(tracked),
            options=tuple(Option(each.id, f"{each.name} ({each.short})") for each in catalogue.metrics.values()),
        ),
        Field(
            "targets",
            "Targets of your contract",
            "text",
            hint="One a line, where it is not the set's own: SL 85 %, or AHT 6:00 to 7:00. An agreed one stays as it is",
            required=False,
            longest=LONGEST_TARGETS,
        ),
    )
    return Form("providers.metrics", "Set up: 2 of 4", "Next: people", fields, VISIBLE, hidden=str(carried))


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as a form lists them: their user id on the platform, "" when they have no account there yet; ``elsewhere`` is
    the platform they have one on instead."""

    user: str
    name: str
    elsewhere: str = ""


def people_form(
    carried: Carried, ours: Sequence[Listed], theirs: Sequence[Listed], posts: Mapping[str, Listed], provider: str
) -> Form:
    """Step 3 of 4. ``posts`` maps a post ("client_owner") to who holds it now."""
    there = provider[:SHORT_NAME]
    fields = (
        _post("client_owner", "Who answers for it at your company", ours, posts),
        _post("client_deputy", "Their deputy", ours, posts, needed=False),
        _post("provider_owner", f"Who answers for it at {there}", theirs, posts),
        _post("provider_deputy", f"Deputy at {there}", theirs, posts, needed=False),
    )
    intro = "The deputy gets the reminders while the owner is away."
    return Form("providers.people", "Set up: 3 of 4", "Next: times", fields, VISIBLE, intro, str(carried))


def times_form(carried: Carried, programme: Programme, provider: Provider, internals: Sequence[Channel]) -> Form:
    """Step 4 of 4. ``internals`` are the internal channels that may be chosen, the present one first."""
    digest = Pattern.parse(programme.digest_wall or DIGEST_WALL)
    bound = tuple(Option(str(each.id), f"Channel {each.name or each.channel}") for each in internals)
    direct = Option(DIRECT, "Direct message to your side's owner")
    fields = (
        Field(
            "day",
            "Weekly digest on",
            "choice",
            initial=digest.days[0],
            options=tuple(Option(day, name) for day, name in zip(DAYS, DAY_NAMES, strict=True)),
        ),
        Field("time", "At", "time", initial=f"{digest.at:%H:%M}"),
        Field(
            "zone",
            "In this time zone",
            hint="Yours, usually. Weeks run Monday to Sunday there",
            initial=programme.anchor_zone,
        ),
        Field(
            "figures",
            f"Ask {provider.name} for figures"[:75],
            hint=f"In their own time ({provider.zone}), for example tue 10:00",
            initial=programme.figures_wall or FIGURES_WALL,
        ),
        Field(
            "internal",
            "What only your company may read goes to",
            "choice",
            hint="For a channel: write @Parley setup internal in it",
            initial=(bound or (direct,))[0].value,
            options=(*bound, direct),
        ),
    )
    return Form("providers.times", "Set up: 4 of 4", "Finish", fields, VISIBLE, hidden=str(carried))


def _known_how(holder: Listed) -> str:
    return f"who is on {holder.elsewhere}" if holder.elsewhere else "whose account I do not know yet"


def _post(
    name: str, label: str, people: Sequence[Listed], posts: Mapping[str, Listed], *, needed: bool = True
) -> Field:
    """A choice of anybody; the post of a deputy may stay empty. Who holds it without an account is said."""
    holder = posts.get(name)
    options = tuple(Option(each.user, each.name) for each in people[:LISTED_PEOPLE] if each.user)
    hint = "" if holder is None or holder.user else f"So far {holder.name}, {_known_how(holder)}"
    return Field(name, label, "person", hint, needed and not hint, "" if holder is None else holder.user, options)
