"""Making a home, and bringing its database to this version."""

from typing import Any

from sqlalchemy import select

from gaung.core.config import Settings, actor, shown
from gaung.core.config.load import FILE_NAME
from gaung.core.errors import UserError
from gaung.core.secrets import create_key, key_path, load_box
from gaung.core.services.offices import seed
from gaung.core.store import events, migrate
from gaung.core.store.db import Store
from gaung.core.store.tables import accounts, offices

_TEMPLATE = """\
# Settings of this home; what is left out has its default. All keys: docs/settings.md

# database_url = "postgresql+psycopg://gaung@db.example/gaung"    # several machines; default: gaung.db beside this file
# broker_url = "redis://broker.example:6379/0"                    # several machines; default: embedded

# [media]
# public_url = "https://media.example"     # from where Instagram and TikTok fetch pictures

# [plugins.facebook]
# app_id = "..."
# app_secret = {env = "FACEBOOK_APP_SECRET"}
"""


def init(settings: Settings) -> dict[str, Any]:
    """Make the home, the key, the database and the 16 offices; what is there already stays.

    Answers `{"home","database","schema","key":"made|kept","offices":N}`.
    """
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_template(settings)
    except OSError as error:
        raise UserError(f"The home {home} cannot be made ({error.strerror}).", "Choose another with --home.") from None
    store = Store(settings.database_url, actor=actor())
    try:
        _, schema = migrate.upgrade(store)
        made = _key(settings, store)
        with store.write() as conn:
            added = seed(conn)
            if added:
                events.emit(conn, "office.added", data={"offices": added})
            known = len(conn.execute(select(offices.c.code)).all())
    finally:
        store.close()
    key = "made" if made else "kept"
    return {"home": str(home), "database": shown(settings.database_url), "schema": schema, "key": key, "offices": known}


def _write_template(settings: Settings) -> None:
    path = settings.home / FILE_NAME
    if not path.exists():
        path.write_text(_TEMPLATE, "utf-8")


def _key(settings: Settings, store: Store) -> bool:
    """Make a key, unless the database already holds credentials sealed with one that is not here."""
    if settings.secret_key is not None:
        load_box(settings)
        return False
    with store.read() as conn:
        sealed = conn.execute(select(accounts.c.id).where(accounts.c.credentials != "").limit(1)).first()
    if sealed is not None and not key_path(settings).exists():
        raise UserError(
            f"The database {store.shown_url} holds credentials, and their key is not in {settings.home}.",
            f"Copy secret.key of the other home to {key_path(settings)}, or set GAUNG_SECRET_KEY.",
        )
    made = create_key(settings)
    load_box(settings)
    return made


def upgrade(settings: Settings) -> dict[str, Any]:
    """Run the migrations that are missing. Answers `{"database","from","to"}`."""
    store = Store(settings.database_url, actor=actor())
    try:
        before, after = migrate.upgrade(store)
    finally:
        store.close()
    return {"database": shown(settings.database_url), "from": before, "to": after}
