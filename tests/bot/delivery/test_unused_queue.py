"""The engine's own queue, which has no setting."""

from __future__ import annotations

from dbos._dbos import DBOSRegistry


def test_the_engines_own_queue_keeps_its_rhythm_where_we_set_it() -> None:
    """Another release of the engine that keeps it elsewhere is noticed here: we would set what nobody reads."""
    assert "_polling_interval_sec" in vars(DBOSRegistry().get_internal_queue())
