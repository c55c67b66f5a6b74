"""Column helpers shared by the tables."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB

Json = JSON().with_variant(JSONB(), "postgresql")


def one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """The column holds a member of the enumeration and nothing else."""
    members = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} IN ({members})", name=f"{column}_known")
