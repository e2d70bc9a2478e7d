"""Lists of made-up members, as files, for tests of `member import`."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from gaung.core.services import area_import, member_import
from gaung.core.services.context import Context
from gaung.core.store.registry_tables import declared_accounts, members

AREAS = """code,name,level,parent
18,Provinsi Contoh,province,
18.01,Kabupaten Lampung Selatan,regency,18
18.02,Kabupaten Lampung Tengah,regency,18
18.01.01,Natar,district,18.01
18.02.01,Natar,district,18.02
18.01.01.2001,Hajimena,village,18.01.01
18.01.01.2002,Sidosari,village,18.01.01
18.02.01.2001,Sidosari,village,18.02.01
"""
ROW = {
    "member_no": "A-0001", "name": "Siti Contoh Wulandari", "body": "PPS", "area": "18.01.01.2001", "office": "18.01",
    "term_start": "4/12/2023", "term_end": "4 April 2024", "toy": "", "other": "", "no_account_reason": "", "consent_at": "",
    "consent_text": "", "contact": "",
}  # fmt: skip
AGREED = {"consent_at": "5/12/2023 10.00", "consent_text": "2026-1"}


def row(number: int = 1, **values: str) -> dict[str, str]:
    """A row without an account."""
    return {**ROW, "member_no": f"A-{number:04}", "name": f"Siti Contoh {number}", **values}


def having(number: int = 1, **values: str) -> dict[str, str]:
    """A row with an account and consent."""
    return row(number, **{"toy": f"contoh_agt_{number}", **AGREED, **values})


class List:
    """Writes lists, imports them, and shows what came of them."""

    def __init__(self, ctx: Context, folder: Path) -> None:
        self.ctx, self.folder = ctx, folder
        area_import.import_areas(ctx, self.text(AREAS, "wilayah.csv"))

    def text(self, text: str, name: str = "anggota.csv", encoding: str = "utf-8") -> Path:
        """A file that holds just this."""
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def file(self, *rows: Mapping[str, str], without: tuple[str, ...] = (), more: tuple[str, ...] = ()) -> Path:
        """A list of rows, `without` some of the columns and with `more` that no import knows."""
        path = self.folder / "anggota.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            columns = [name for name in (*ROW, *more) if name not in without]
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def bring(self, *rows: Mapping[str, str], **options: Any) -> dict[str, Any]:
        """Import rows; what the service answers."""
        return member_import.import_members(self.ctx, self.file(*rows), **options)

    def counts(self, *rows: Mapping[str, str]) -> tuple[int, ...]:
        """Import rows; rows, imported, updated, unchanged, rejected."""
        return counts(self.bring(*rows))

    def refused(self, *rows: Mapping[str, str]) -> list[tuple[int, str, str]]:
        """Import rows; row, field and reason of the first rejects."""
        return [(one["row"], one["field"], one["reason"]) for one in self.bring(*rows)["rejects"]]

    def member(self, number: str = "A-0001") -> Any:
        """A member's row."""
        with self.ctx.store.read() as conn:
            return conn.execute(select(members).where(members.c.number == number)).first()

    def all(self, table: Any, *columns: Any) -> list[tuple[Any, ...]]:
        """Columns of every row, sorted; without columns: how many rows there are."""
        with self.ctx.store.read() as conn:
            shown = columns or (func.count(),)
            found = [tuple(one) for one in conn.execute(select(*shown).select_from(table))]
        return sorted(found, key=lambda one: [(value is None, value if value is not None else 0) for value in one])

    def accounts(self) -> list[tuple[Any, ...]]:
        """Of each account: member, platform, handle, and why it ended."""
        joined = declared_accounts.join(members, members.c.id == declared_accounts.c.member_id)
        return self.all(joined, members.c.number, declared_accounts.c.platform, declared_accounts.c.handle, declared_accounts.c.ended_why)


def counts(answer: Mapping[str, Any]) -> tuple[int, ...]:
    """Rows, imported, updated, unchanged and rejected of an answer."""
    return tuple(answer[key] for key in ("rows", "imported", "updated", "unchanged", "rejected"))
