"""Makes the page: one HTML file that loads nothing, in Indonesian, for the screen and for A4."""

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gaung.core.period import Period
from gaung.core.reports import charts, data, help_first, words
from gaung.core.reports.data import Page
from gaung.core.services.context import Context
from gaung.core.store.ledger_tables import GRADES

if TYPE_CHECKING:
    from jinja2 import Environment

_FILTERS = {
    "number": words.number,
    "signed": words.signed,
    "percent": words.percent,
    "day": words.day,
    "moment": words.moment,
    "isoday": lambda text: words.day(date.fromisoformat(text)),
}


def make(
    ctx: Context,
    period: Period,
    *,
    sections: Sequence[str] = data.SECTIONS,
    ranking: bool = True,
    grade: str = "matched",
    note: str = "",
) -> str:
    """The page of some sections, as text. `ranking` False: nobody is said to need help first, or compared with others.

    `note`: a sentence below the title, in Indonesian.
    """
    page = data.read(ctx, period, sections, grade=grade)
    evaluation = _evaluation(ctx, period, ranking) if "evaluation" in sections else ""
    titles = {name: record.title for name, record in ctx.manager.platforms().items()}
    return render(page, titles, ranking=ranking, grade=grade, evaluation=evaluation, note=note)


def render(
    page: Page, titles: Mapping[str, str], *, ranking: bool = True, grade: str = "matched", evaluation: str = "", note: str = ""
) -> str:
    """The page of figures that were read already."""
    from markupsafe import Markup

    offices = page.offices["rows"] if page.offices else []
    silent = [row for row in offices if row["platforms"] and (row["silent_days"] is None or row["silent_days"] >= help_first.SILENT_DAYS)]
    covered = page.coverage["rows"] if page.coverage else []
    context: dict[str, Any] = {
        "page": page,
        "remark": note,
        "style": Markup(_text("style.css")),  # noqa: S704 - our own file
        "cards": _cards(page, silent),
        "anything": _anything(page, evaluation),
        "needs": help_first.needs(offices, covered) if ranking else None,
        "silent": silent,
        "silent_days": help_first.SILENT_DAYS,
        "scale": charts.Scale.of(tile["figures"]["coverage"] for tile in page.tiles),
        "grades": _grades(page),
        "grade_words": words.GRADES[grade].lower(),
        "grade_list": [words.GRADES[name].lower() for name in reversed(GRADES)],
        "unmatched": page.coverage["unmatched"] if page.coverage else 0,
        "shares_beside": _shares(page, titles),
        "lines": charts.lines(page.series, titles),
        "growth": _growth(page),
        "follower_notes": _follower_notes(page),
        "purposes": _mix(page.purposes, words.PURPOSES),
        "origins": _mix(page.origins, words.ORIGINS),
        "best": data.best(page.posts) if page.posts else [],
        "reasons": _reasons(page),
        "ppk": _bodies(page, "ppk"),
        "pps": _bodies(page, "pps"),
        "measured_at": page.followers["total"]["as_of"] if page.followers else None,
        "unknown": words.UNKNOWN,
        "evaluation": Markup(evaluation),  # noqa: S704 - made by our own template
    }
    return environment().get_template("page.html").render(context)


def _evaluation(ctx: Context, period: Period, ranking: bool) -> str:
    from gaung.core.services.evaluation import report

    told = report(ctx, period, ranking=ranking)
    rows = [row for row in told["rows"] if row["findings"]]
    return environment().get_template("evaluation.html").render(told=told, rows=rows, ranking=ranking, states=words.STEPS)


def environment() -> "Environment":
    """Templates with everything escaped, and Indonesian filters."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(_FILTERS)
    return made


def _text(name: str) -> str:
    return files("gaung.core.reports").joinpath("templates", name).read_text("utf-8")


def _anything(page: Page, evaluation: str) -> bool:
    """Whether there is data. An evaluation says by itself what it found, so that alone it needs none."""
    if evaluation and not any((page.coverage, page.followers, page.offices, page.posts, page.accounts)):
        return True
    reports = (page.coverage and page.coverage["total"]["members"], page.followers and page.followers["total"]["known"])
    others = (page.posts and page.posts["rows"], page.accounts and page.accounts["total"]["members"], page.turnout)
    return any((*reports, *others))


def _cards(page: Page, silent: Sequence[Any]) -> list[dict[str, str]]:
    found = []
    if page.coverage and page.coverage["total"]["coverage"] is not None:
        total = page.coverage["total"]
        more = f"{words.number(total['covered'])} dari {words.number(total['members'])}"
        found.append({"what": "Cakupan anggota", "figure": words.percent(total["coverage"]), "more": more})
    if page.followers and page.followers["total"]["followers"] is not None:
        total = page.followers["total"]
        more = "pertumbuhan belum dapat dihitung" if total["growth"] is None else f"{words.signed(total['growth'])} dalam masa ini"
        found.append({"what": "Pengikut", "figure": words.number(total["followers"]), "more": more})
    if page.posts and page.posts["rows"]:
        total = page.posts["total"]
        more = f"terbit {words.number(total['published'])} dari {words.number(total['planned'])} di semua akun"
        found.append({"what": "Unggahan", "figure": words.number(total["posts"]), "more": more})
    if page.offices and any(row["platforms"] for row in page.offices["rows"]):
        more = f"{help_first.SILENT_DAYS} hari atau lebih tanpa unggahan"
        found.append({"what": "Satker yang diam", "figure": words.number(len(silent)), "more": more})
    return found


def _grades(page: Page) -> list[dict[str, Any]]:
    if not page.coverage:
        return []
    total = page.coverage["total"]
    most = max((total[name] for name in GRADES), default=0) or 1
    return [{"name": words.GRADES[name], "count": total[name], "part": total[name] / most} for name in reversed(GRADES)]


def _shares(page: Page, titles: Mapping[str, str]) -> list[str]:
    told = page.coverage["platform_shares"] if page.coverage else {}
    return [f"{titles.get(name, name)} {words.number(row['total'])}" for name, row in told.items()]


def _growth(page: Page) -> list[dict[str, Any]]:
    rows = page.growth["rows"] if page.growth else []
    return charts.bars([row for row in rows if row["accounts"]], "growth") if any(row["growth"] is not None for row in rows) else []


def _follower_notes(page: Page) -> list[str]:
    if not page.followers:
        return []
    total, found = page.followers["total"], []
    if total["known"] < total["accounts"]:
        found.append(f"Pengikut {words.number(total['accounts'] - total['known'])} akun tidak diketahui; tidak diketahui bukan nol.")
    if total["compared"] < total["known"]:
        found.append(f"Pertumbuhan dihitung dari {words.number(total['compared'])} akun yang diukur pada kedua ujung masa.")
    return found


def _mix(report: Mapping[str, Any] | None, names: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = charts.shares(report["rows"], "posts") if report else []
    return [{**row, "title": names.get(row["key"], row["key"])} for row in sorted(rows, key=lambda row: -row["posts"])]


def _reasons(page: Page) -> list[dict[str, Any]]:
    if not page.accounts:
        return []
    told = page.accounts["total"]["reasons"]
    most = max((count for count in told.values() if isinstance(count, int)), default=0) or 1
    return [
        {
            "name": words.REASONS.get(name, name),
            "count": words.number(count) if isinstance(count, int) else count,
            "part": count / most if isinstance(count, int) else None,
        }
        for name, count in told.items()
    ]


def _bodies(page: Page, body: str) -> str:
    if not page.accounts:
        return ""
    whole, without = page.accounts["total"][body], page.accounts["total"][f"{body}_without"]
    return f"{words.number(whole - without)} dari {words.number(whole)} punya"
