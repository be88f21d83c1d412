"""The contract's end comes with the set-up: from the wizard's first form and from a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from handlers.providers.importing import COLUMNS, EXAMPLE, import_providers, preview_providers
from tests.town import MONDAY, Town, town_at

FIRST = ",".join(COLUMNS)


def contract_end(town: Town, provider_id: int) -> date | None:
    """What is kept."""
    with town.units() as uow:
        provider = uow.providers.provider(provider_id)
        assert provider is not None
        return provider.contract_end


def test_a_file_brings_the_end_of_a_contract(tmp_path: Path) -> None:
    """Kept with its timers; a day that is no day is refused with the column, the value and the way out."""
    town = town_at(tmp_path)
    row = EXAMPLE.replace("Northwind Manila", "Tagus Care").replace("<U01>", "<U-MAYA>").replace("C0", "C9")
    preview = preview_providers(f"{FIRST}\n{row}\n", MONDAY)
    assert [spec.contract_end for spec in preview.rows] == [date(2026, 12, 31)]
    with town.units() as uow:
        summary = import_providers(preview, uow, 1, MONDAY)
        assert summary.refused == ()
        (programme,) = [each for each in uow.providers.programmes(1) if each.id != 1]
        timers = [uow.schedules.of(subject, programme.id or 0) for subject in ("contract.ahead", "contract.end")]
        assert [timer.next_at.date() for timer in timers if timer] == [date(2026, 11, 1), date(2026, 12, 31)]
        uow.commit()
    wrong = preview_providers(f"{FIRST}\n{row.replace('2026-12-31', '31/12/26')}\n", MONDAY)
    assert "contract_end: '31/12/26' is not a day; write it like 2026-12-31" in wrong.refused[0].reasons[0]


def test_the_first_form_keeps_the_end_of_a_contract(tmp_path: Path) -> None:
    """Given, left alone by a form without the field, and taken away by an empty one; past days are refused there."""
    town = town_at(tmp_path)
    values = {"provider": "Northwind Manila", "country": "PH", "zone": "Asia/Manila", "programme": "Voice support"}
    carried = '{"programme": 1}'
    assert town.maya.submits("providers.company", {**values, "contract_end": "2026-12-31"}, carried).form is not None
    assert contract_end(town, 1) == date(2026, 12, 31)
    town.maya.submits("providers.company", values, carried)
    assert contract_end(town, 1) == date(2026, 12, 31)
    refused = town.maya.submits("providers.company", {**values, "contract_end": "2026-01-31"}, carried)
    assert "is past" in refused.problems["contract_end"]
    town.maya.submits("providers.company", {**values, "contract_end": ""}, carried)
    assert contract_end(town, 1) is None
