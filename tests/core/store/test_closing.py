"""What is left of a store that was closed: nothing, not even what a thread was still at work with."""

import pytest
from sqlalchemy import text

from gaung.core.store.db import Store


def test_a_connection_that_is_given_back_after_closing_is_closed(store: Store) -> None:
    with store.read() as at_work:
        dbapi = at_work.connection.dbapi_connection
        store.close()
        assert at_work.execute(text("SELECT 1")).scalar() == 1
    assert dbapi is not None
    with pytest.raises(Exception, match="closed"):
        dbapi.cursor().execute("SELECT 1")
