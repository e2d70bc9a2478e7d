"""Lists of ids of any length as one parameter: a database takes only so many."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection


def among(conn: Connection, column: ColumnElement[Any], ids: Collection[int]) -> ColumnElement[bool]:
    """`column IN ids`, in whichever order and however many they are."""
    if conn.dialect.name == "postgresql":
        return column == func.any(bindparam(None, sorted(ids), type_=ARRAY(BigInteger)))
    listed = func.json_each(bindparam(None, json.dumps(sorted(ids)), type_=Text)).table_valued("value")
    return column.in_(select(listed.c.value))
