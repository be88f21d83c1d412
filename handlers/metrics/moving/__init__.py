"""Moving a target that is agreed: one company proposes, the other says yes, and only then it moves."""
