"""The forms of a series on every platform."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.slack import forms
from bot.teams.forms import adaptive_form
from handlers.reviews.series import forms as series_forms
from handlers.reviews.series.samples import NOW, sample
from handlers.vocabulary.outgoing import Form
from tests.contracts.slack_limits import modal_violations
from tests.contracts.test_cards import teams_violations

LONG = sample(name="<b>*x*" * 13, reason="y" * 300, link=f"https://meet.example.com/{'z' * 470}")
TO = datetime(2026, 4, 3, 9, 0)
UNUSUAL = [f"It is day {number} of a long holiday in the Philippines, which everybody keeps." for number in range(6)]


def every_form() -> list[Form]:
    """Each of them, with the longest names and reasons there can be."""
    first = LONG.coming[0]
    return [
        series_forms.setup_form(LONG.sides, 1, 2, NOW),
        series_forms.edit_form(LONG),
        series_forms.agenda_form(LONG),
        series_forms.move_form(LONG, first, TO),
        series_forms.move_form(LONG, first, TO + timedelta(days=1), unusual=UNUSUAL, reason="y" * 300),
        series_forms.skip_form(LONG, first),
        series_forms.end_form(LONG),
    ]


@pytest.mark.parametrize("form", every_form(), ids=lambda form: form.action)
def test_a_form_of_a_series_fits_every_platform(form: Form) -> None:
    """No limit of Slack is broken and the Adaptive Card is valid, however long names, links and warnings are."""
    assert modal_violations(forms.modal(form)) == []
    assert teams_violations(adaptive_form(form)) == []
    assert form.visible_to == "both companies"
