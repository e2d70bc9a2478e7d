"""The platforms' own share counts, which stand beside what is known of members and are never added in."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from gaung.core.ledger.recording import Target
from gaung.core.store.ledger_tables import share_totals as table


def put(conn: Connection, target: Target, total: int, as_of: datetime) -> None:
    """Keep a publication's count; of two, the newer one wins."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    new = dialect.insert(table).values(
        publication_id=target.publication_id, post_id=target.post_id, platform=target.platform, total=total, as_of=as_of
    )
    newer = {"total": new.excluded.total, "as_of": new.excluded.as_of}
    conn.execute(new.on_conflict_do_update(index_elements=["publication_id"], set_=newer, where=table.c.as_of < new.excluded.as_of))
