"""Small named values that outlive a restart, such as the room's clock."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Setting(SQLModel, table=True):
    """A name and its value as text."""

    __tablename__ = "parley_setting"

    name: str = Field(primary_key=True)
    value: str
