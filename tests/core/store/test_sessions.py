"""What a session of the database promises: a process that was stopped or cut off does not keep others waiting for long."""

from typing import Any

import pytest


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_stopped_process_keeps_its_locks_and_the_event_log_for_a_minute_at_most(store: Any) -> None:
    for opened in (store.read, store.write):
        with opened() as conn:
            assert conn.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar() == "1min"
