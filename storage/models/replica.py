"""The running processes of this program, and what the whole workspace has to wait for."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import Instant


class Replica(SQLModel, table=True):
    """One process: ``executor`` names it in the engine, ``beat_at`` is when it last said that it ticks."""

    __tablename__ = "parley_replica"

    executor: str = Field(primary_key=True)
    program: str = ""
    started_at: datetime = Field(sa_type=Instant)
    beat_at: datetime = Field(sa_type=Instant, index=True)


class WorkspacePause(SQLModel, table=True):
    """A platform asked for quiet until ``until``; every process keeps to it. ``workspace`` is a whole workspace ("T1"), or one
    channel or person of it ("T1/C1", "T1/@U1")."""

    __tablename__ = "parley_workspace_pause"

    platform: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    until: datetime = Field(sa_type=Instant)
