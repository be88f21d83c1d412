"""From the example to real data, and out again: what ``start-fresh``, ``export`` and ``uninstall`` share."""
