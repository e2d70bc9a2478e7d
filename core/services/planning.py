"""Which account gets which content of a post, and why some cannot: worked out before anything is stored."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from gaung.core import validation
from gaung.core.posts.draft import PostDraft
from gaung.core.posts.resolve import Resolved, resolve
from gaung.core.posts.stored import to_json
from gaung.core.posts.times import DEADLINE_AFTER
from gaung.core.records import Content, Problem
from gaung.core.services.context import Context
from gaung.core.store.skips import words
from gaung.core.store.switches import DISABLED, Switches
from gaung.core.store.tables import accounts
from gaung.core.store.unserved import NO_PLUGIN

_FETCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One delivery to be. `digest` None: it cannot go out, `problem` says why."""

    account: int
    office: str
    platform: str
    digest: str | None
    problem: Problem | None
    at: datetime
    deadline: datetime


@dataclass(slots=True)
class Plan:
    """All targets of a post. Contents are kept once each, by digest, so that memory does not grow with the accounts."""

    targets: list[Target] = field(default_factory=list)
    contents: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ready(self) -> int:
        """How many can go out."""
        return sum(1 for target in self.targets if target.digest is not None)

    @property
    def refused(self) -> bool:
        """Whether some target cannot be published to, or there is none at all."""
        return any(problem["level"] == "error" for problem in self.problems)


def plan(ctx: Context, draft: PostDraft) -> Plan:
    """Prepare and check the post for every account of its offices on its platforms. No network, no token is opened."""
    return _Planner(ctx, draft).run()


def problem_json(problem: Problem, office: str | None, platform: str | None) -> dict[str, Any]:
    """A problem as `post check` shows it."""
    told = {"field": problem.field, "code": problem.code, "message": problem.message, "level": problem.level}
    return {"office": office, "platform": platform, **told}


class _Planner:
    def __init__(self, ctx: Context, draft: PostDraft) -> None:
        self._ctx = ctx
        self._draft = draft
        self._plan = Plan([], {}, [problem_json(problem, None, None) for problem in draft.warnings])
        self._said: set[tuple[Any, ...]] = set()
        self._digests: dict[int, tuple[Content, str]] = {}
        self._switches = Switches()

    def run(self) -> Plan:
        served = set()
        with self._ctx.store.read() as conn:
            self._switches = self._ctx.switchboard.fresh(conn)
            self._without_plugin(conn)
            for row in self._accounts(conn):
                served.add((row.office, row.platform))
                self._plan.targets.append(self._target(row))
        self._without_account(served)
        return self._plan

    def _accounts(self, conn: Connection) -> Iterator[Row[Any]]:
        keys = ("id", "office", "platform", "external_id", "handle", "status", "limits")
        where = (accounts.c.status != "removed", accounts.c.platform.in_(self._draft.platforms), self._ctx.scope.clause(accounts.c.office))
        query = select(*[accounts.c[key] for key in keys]).where(*where).order_by(accounts.c.office, accounts.c.platform, accounts.c.id)
        wanted = set(self._draft.offices)
        for row in conn.execution_options(yield_per=_FETCH).execute(query):
            if row.office in wanted:
                yield row

    def _target(self, row: Row[Any]) -> Target:
        if self._switches.is_off(row.platform, row.office):
            return self._left_out(row)
        found = resolve(self._draft, row.office, self._ctx.manager.platform(row.platform))
        content, problems = self._checked(row, found)
        for problem in problems:
            self._tell(problem, row.office, row.platform)
        if row.status == "needs_reauth":
            words = f"the account {row.handle} must be connected again; its delivery is held until then"
            self._tell(Problem(code="needs_reauth", message=words, field="to", level="warning"), row.office, row.platform)
        error = next((problem for problem in problems if problem.level == "error"), None)
        digest = self._keep(content) if content is not None and error is None else None
        return Target(
            account=row.id,
            office=row.office,
            platform=row.platform,
            digest=digest,
            problem=error,
            at=found.at,
            deadline=found.deadline,
        )

    def _left_out(self, row: Row[Any]) -> Target:
        """A warning, not an error: one office's switch must not keep the others from posting."""
        problem = Problem(code=DISABLED, message=words(row.platform, row.office), field="to.platforms", level="warning")
        self._tell(problem, row.office, row.platform)
        times = self._draft.merged(row.office, row.platform)
        deadline = times.get("deadline") or times["at"] + DEADLINE_AFTER
        target = {"account": row.id, "office": row.office, "platform": row.platform, "at": times["at"], "deadline": deadline}
        return Target(**target, digest=None, problem=problem)

    def _without_plugin(self, conn: Connection) -> None:
        """What a broken plugin keeps from happening is said before a post goes out without it."""
        manager = self._ctx.manager
        for info in manager.plugins():
            if info.status == "broken":
                said = f"the plugin {info.name} (package {info.package} {info.version}) is broken and left out of this post: {info.reason}"
                self._tell(Problem(code="plugin_broken", message=said, field="", level="warning"), None, None)
        if not set(manager.platforms()) <= set(self._draft.platforms):
            return
        others = accounts.c.platform.not_in(self._draft.platforms)
        here = (accounts.c.status != "removed", others, self._ctx.scope.clause(accounts.c.office))
        for office, platform in conn.execute(select(accounts.c.office, accounts.c.platform).where(*here).distinct()).all():
            if office in self._draft.offices:
                said = f"office {office} has an account on {platform}, whose plugin is missing or broken; nothing is sent there"
                self._tell(Problem(code=NO_PLUGIN, message=said, field="to.platforms", level="warning"), office, platform)

    def _checked(self, row: Row[Any], found: Resolved) -> tuple[Content | None, list[Problem]]:
        problems = list(found.problems)
        if found.content is None or found.errors:
            return None, problems
        account = self._ctx.account(row, with_credentials=False)
        platform = self._ctx.manager.platform(row.platform)
        content, more = validation.examined(self._ctx.manager, account, found.content, platform)
        return content, [*problems, *more]

    def _keep(self, content: Content) -> str:
        """The content's digest; the same object, shared by many accounts, is looked at once."""
        known = self._digests.get(id(content))
        if known is not None:
            return known[1]
        body = to_json(content)
        digest = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        if self._plan.contents.setdefault(digest, body) is body:
            self._digests[id(content)] = (content, digest)
        return digest

    def _tell(self, problem: Problem, office: str | None, platform: str | None) -> None:
        key = (office, platform, problem.field, problem.code, problem.message)
        if key not in self._said:
            self._said.add(key)
            self._plan.problems.append(problem_json(problem, office, platform))

    def _without_account(self, served: set[tuple[str, str]]) -> None:
        if not self._plan.targets:
            words = "none of these offices has an account on these platforms; add one: gaung account add"
            self._plan.problems.append(problem_json(Problem(code="no_account", message=words, field="to"), None, None))
            return
        for office in self._draft.offices:
            for platform in self._draft.platforms:
                if (office, platform) not in served:
                    words = f"office {office} has no account on {platform}; nothing is sent there"
                    self._tell(Problem(code="no_account", message=words, field="to.offices", level="warning"), office, platform)


def document(draft: PostDraft) -> Mapping[str, Any]:
    """The post as it was written, for `post show`."""
    layers: dict[str, Any] = dict(draft.fields)
    layers |= {"offices": list(draft.offices), "platforms": list(draft.platforms), "source": draft.source}
    layers["platform"] = {name: dict(layer) for name, layer in draft.platform_layers.items()}
    layers["office"] = {code: dict(layer) for code, layer in draft.office_layers.items()}
    layers["office_platform"] = {f"{code} {name}": dict(layer) for (code, name), layer in draft.office_platform_layers.items()}
    plain: dict[str, Any] = json.loads(json.dumps(layers, default=_plain))
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else str(value)
