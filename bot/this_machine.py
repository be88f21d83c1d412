"""Whether a request comes from this machine, and was meant for it."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.requests import Request

from bot.settings import THIS_MACHINE

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers by which a proxy says that it asks for somebody else."""


def is_from_here(request: Request) -> bool:
    """Whether a program on this machine asks, and no proxy that runs here for somebody else."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def is_addressed_here(request: Request) -> bool:
    """Whether a request is addressed to this machine by a name of its own: a web page that had its name point here is told by
    the name it asks for."""
    host = request.headers.get("host", "")
    name = host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host
    return name.strip("[]").casefold() in THIS_MACHINE
