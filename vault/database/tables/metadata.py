"""The one MetaData, with names for every constraint so that migrations can speak of them, and the time type."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcMillis(TypeDecorator[dt.datetime]):
    """Aware UTC datetimes as whole milliseconds since the epoch: the same order and equality on both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: sa.Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times in the database are aware UTC datetimes")
        elapsed = value - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        return elapsed // dt.timedelta(milliseconds=1)

    def process_result_value(self, value: int | None, _dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=value)
