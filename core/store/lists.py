"""Lists of ids of any length as one parameter: a database takes only so many."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, BindParameter, ColumnElement, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeEngine


def among(conn: Connection, column: ColumnElement[Any], ids: Collection[int]) -> ColumnElement[bool]:
    """`column IN ids`, in whichever order and however many they are."""
    postgresql = conn.dialect.name == "postgresql"
    return _in(postgresql, column, bindparam(None, as_parameter(conn, ids), type_=_type(postgresql)))


def among_later(postgresql: bool, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The same for a statement that is built once: the ids come with each execution, as `{name: as_parameter(conn, ids)}`."""
    return _in(postgresql, column, bindparam(name, type_=_type(postgresql)))


def as_parameter(conn: Connection, ids: Collection[int]) -> list[int] | str:
    """Ids as the value of the one parameter."""
    return sorted(ids) if conn.dialect.name == "postgresql" else json.dumps(sorted(ids))


def _type(postgresql: bool) -> TypeEngine[Any]:
    return ARRAY(BigInteger) if postgresql else Text()


def _in(postgresql: bool, column: ColumnElement[Any], ids: BindParameter[Any]) -> ColumnElement[bool]:
    if postgresql:
        return column == func.any(ids)
    return column.in_(select(func.json_each(ids).table_valued("value").c.value))
