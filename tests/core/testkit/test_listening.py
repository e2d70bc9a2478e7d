"""The kit hears what a plugin logs, whatever the process that runs it did with its own log before."""

import logging
from collections.abc import Iterator

import pytest

from gaung.core import logs
from gaung.core.testkit.conformance.rules_secret import listening

LOGGERS = (logging.getLogger(), logging.getLogger("gaung"))


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    levels, handlers, off = [logger.level for logger in LOGGERS], list(logging.getLogger().handlers), logging.root.manager.disable
    yield
    logging.disable(off)
    logging.getLogger().handlers = handlers
    for logger, level in zip(LOGGERS, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize("name", ["gaung.plugins.sample", "gaung_papan", "mutant"])
def test_what_a_plugin_says_at_the_lowest_level_is_heard_after_a_command_set_its_log_up(name: str) -> None:
    logs.setup(None, "cli")
    logging.disable(logging.ERROR)
    before = [logger.level for logger in LOGGERS]
    with listening() as records:
        logging.getLogger(name).debug("shared by %s", "somebody")
    assert [record.getMessage() for record in records] == ["shared by somebody"]
    assert [logger.level for logger in LOGGERS] == before
    assert logging.root.manager.disable == logging.ERROR
