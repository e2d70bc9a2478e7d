import pytest

from gaung.core.errors import Unsupported
from gaung.core.markers import hookimpl
from gaung.core.records import (
    Content,
    Published,
    Ready,
)
from gaung.core.testkit.attempt import LiveAttempt
from gaung.core.testkit.objects import Echo, Policy, manager_of, toy_account

CONTENT = Content(format="text", title="", text="halo")


def test_a_call_reaches_the_accounts_platform_only() -> None:
    one, two = Echo("one"), Echo("two")
    plugins = manager_of(("one", one), ("two", two))
    assert plugins.publish(toy_account("two"), CONTENT, LiveAttempt()) == Published("two-1", "https://example.test/1")
    assert plugins.finish(toy_account("one"), CONTENT, LiveAttempt(number=4)) == Published("one-4", None)
    assert plugins.check(toy_account("one"), CONTENT, LiveAttempt()) == Ready("siap")
    assert (one.calls, two.calls) == ([], ["halo"])
    assert [problem.code for problem in plugins.validate(toy_account("one"), CONTENT)] == ["from_one"]


def test_policies_see_the_calls_of_all_platforms() -> None:
    policy = Policy()
    plugins = manager_of(("one", Echo("one")), ("two", Echo("two")), ("z_policy", policy))
    for name in ("one", "two"):
        plugins.publish(toy_account(name), CONTENT, LiveAttempt())
        assert [problem.code for problem in plugins.validate(toy_account(name), CONTENT)] == [f"from_{name}", "policy"]
    assert policy.seen == ["one before", "one after", "two before", "two after"]


def test_contents_are_prepared_in_order_of_name_each_seeing_the_formers_answer() -> None:
    plugins = manager_of(("b", Policy("b")), ("toy", Echo()), ("a", Policy("a")), ("c", Policy("c")))
    assert plugins.prepare(toy_account(), CONTENT).text == "halo a b c"


def test_a_plugin_that_answers_none_leaves_the_content() -> None:
    class Leaves:
        @hookimpl
        def gaung_prepare(self) -> None:
            return None

    assert manager_of(("toy", Echo()), ("leaves", Leaves())).prepare(toy_account(), CONTENT) is CONTENT


def test_what_an_office_switched_off_is_left_out_for_that_office_only() -> None:
    policy = Policy()
    plugins = manager_of(("toy", Echo()), ("policy", policy), switched_off=lambda office: {"policy"} if office == "18.02" else set())
    assert plugins.prepare(toy_account(office="18.02"), CONTENT).text == "halo"
    assert plugins.prepare(toy_account(office="18.01"), CONTENT).text == "halo #TemanPemilih"
    plugins.publish(toy_account(office="18.02"), CONTENT, LiveAttempt())
    assert policy.seen == []
    assert [problem.code for problem in plugins.validate(toy_account(office="18.02"), CONTENT)] == ["from_toy"]


def test_a_platform_that_the_office_switched_off_is_never_called() -> None:
    toy = Echo()
    plugins = manager_of(("toy", toy), switched_off=lambda office: {"toy"})
    with pytest.raises(Unsupported, match="switched off for office"):
        plugins.publish(toy_account(), CONTENT, LiveAttempt())
    assert toy.calls == []
