"""A small registry for tests: areas of two regencies, and made-up members whose names hold `Contoh`."""

from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from gaung.core.records import Capabilities, HandleShape, Platform
from gaung.core.registry import consent, declaring
from gaung.core.registry.handles import Handle, read_handle
from gaung.core.store.registry_tables import area_ancestors, areas, assignments, members
from gaung.core.store.types import db_now

AREAS = {
    "18": ("Provinsi Contoh", "province"),
    "18.01": ("Kabupaten Contoh Satu", "regency"),
    "18.01.01": ("Kecamatan Contoh A", "district"),
    "18.01.01.2001": ("Desa Contoh A1", "village"),
    "18.01.01.2002": ("Desa Contoh A2", "village"),
    "18.02": ("Kabupaten Contoh Dua", "regency"),
    "18.02.01": ("Kecamatan Contoh B", "district"),
    "18.02.01.2001": ("Desa Contoh B1", "village"),
}
SHAPE = HandleShape(pattern=r"[a-z0-9_.]{2,30}", example="contoh_agt_siti")


def platform(name: str = "toy") -> Platform:
    """A platform whose handles hold letters, digits, `_` and `.`."""
    return Platform(name=name, title=name.title(), formats=(), capabilities=Capabilities(), handles=SHAPE)


def handle(text: str, name: str = "toy") -> Handle:
    """A handle as a person typed it."""
    return read_handle(platform(name), text, lambda _url: None)


def seed_areas(conn: Connection) -> None:
    """Put the areas down, each with all that it lies in."""
    rows = [{"code": code, "name": name, "level": level, "parent": _parent(code)} for code, (name, level) in AREAS.items()]
    conn.execute(insert(areas).values(updated_at=db_now()), rows)
    above = [
        {"area": code, "ancestor": upper, "level": AREAS[upper][1]}
        for code in AREAS
        for upper in AREAS
        if f"{code}.".startswith(f"{upper}.")
    ]
    conn.execute(insert(area_ancestors), above)


def _parent(code: str) -> str | None:
    return code.rpartition(".")[0] or None


def add_member(
    conn: Connection,
    number: str,
    *,
    name: str = "Siti Contoh Wulandari",
    body: str = "PPS",
    area: str = "18.01.01.2001",
    office: str = "18.01",
    start: date = date(2026, 1, 1),
    end: date | None = None,
    agreed: bool = True,
    **accounts: str,
) -> int:
    """A member with one assignment, who `agreed` to the latest text; `accounts` are handles by platform."""
    values: dict[str, Any] = {"number": number, "name": name, "created_at": db_now(), "updated_at": db_now()}
    member: int = conn.execute(insert(members).values(**values).returning(members.c.id)).scalar_one()
    add_term(conn, member, body=body, area=area, office=office, start=start, end=end)
    if agreed:
        consent.give(conn, member_id=member, version=consent.LATEST, how="cli", actor="test")
    for name_, text in accounts.items():
        declaring.declare(conn, platform=platform(name_), handle=handle(text, name_), member_id=member, how="cli", actor="test")
    return member


def add_term(conn: Connection, member: int, *, body: str, area: str, office: str, start: date, end: date | None = None) -> None:
    """One more assignment."""
    row = {"member_id": member, "body": body, "area": area, "office": office, "term_start": start, "term_end": end}
    conn.execute(insert(assignments).values(**row))
