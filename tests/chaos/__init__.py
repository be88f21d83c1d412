"""Kill the real program at every moment that hurts and look whether everything was said once: ``make chaos``.

``town`` is what is served, ``platform`` the stand-in Slack with its troubles, ``replicas`` the processes that are killed,
``driver`` the people; ``torment`` fights a round by ``killing``, ``phases`` tells how far each message was at a kill, ``stages`` are
other torments than kills. ``names``, ``asking`` and ``oracle`` say what must stand in the channels, from what was asked and due alone.
``plans`` are the rounds, ``progress`` remembers those that are done.
"""
