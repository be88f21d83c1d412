"""The words shared with the doors. Standard library only, so that a door can speak them without the rest of the house."""
