"""Joint improvement plans: agreed by both sides, closed when the metric holds."""
