"""How the bot meets the world: doors inwards, gateways outwards, the clock and the courier."""
