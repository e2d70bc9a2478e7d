"""Which offices are in sight: all of them, or one and what lies below it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.engine import Connection

from gaung.core.config.nearest import meant
from gaung.core.errors import UserError
from gaung.core.store.tables import offices

_SEE_ALL = ("national", "province")


@dataclass(frozen=True, slots=True)
class Scope:
    """`office` None: everything is in sight."""

    office: str | None = None

    @classmethod
    def of(cls, conn: Connection, code: str | None) -> "Scope":
        """The scope of `GAUNG_OFFICE`; a province sees all. Raises UserError for an office nobody knows."""
        if code is None:
            return cls()
        level = conn.execute(select(offices.c.level).where(offices.c.code == code)).scalar()
        if level is None:
            known = conn.execute(select(offices.c.code)).scalars().all()
            raise UserError(f"GAUNG_OFFICE is {code}, which is no known office.", meant(code, known))
        return cls(None if level in _SEE_ALL else code)

    def sees(self, office: str) -> bool:
        """Whether `office` is this one or lies below it by its code."""
        return self.office is None or office == self.office or office.startswith(f"{self.office}.")

    def clause(self, column: Any) -> ColumnElement[bool]:
        """`sees` as a condition on a column of office codes."""
        if self.office is None:
            return true()
        return or_(column == self.office, column.startswith(f"{self.office}.", autoescape=True))

    def require(self, office: str) -> None:
        """Raise UserError when `office` may not be changed from here."""
        if not self.sees(office):
            raise UserError(f"Office {office} is out of sight: GAUNG_OFFICE is {self.office}.", "Ask the province, or unset GAUNG_OFFICE.")

    def require_all(self, what: str) -> None:
        """Raise UserError when only a part is in sight, for what concerns everybody."""
        if self.office is not None:
            raise UserError(f"{what} concerns every office, and GAUNG_OFFICE is {self.office}.", f"Use --office {self.office}.")
