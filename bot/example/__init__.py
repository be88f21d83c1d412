"""The ready example the room opens on."""
