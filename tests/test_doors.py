"""Promises of the design that no linter holds: who reads the environment, who prints, and that nobody hides a bug."""

import ast
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pipeline"
TREES = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text()) for path in PACKAGE.rglob("*.py")}


def modules_that_name(*names: str) -> set[str]:
    """The modules of the package where one of these names (`os.environ`, `print`) is spelt."""
    return {
        module
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in names
    }


def test_one_module_reads_the_environment() -> None:
    assert modules_that_name("os.environ", "os.getenv", "environ", "getenv") == {
        "cli/options.py",
        "config/layers.py",  # `environ` is an argument here and below
        "config/settings.py",
    }
    assert modules_that_name("os.environ", "os.getenv", "getenv") == {"cli/options.py"}


def test_one_module_prints() -> None:
    assert modules_that_name("print", "click.echo", "click.secho", "sys.stdout", "sys.stderr") == {
        "cli/output.py",
        "demo/scenarios/program.py",  # `make eval`: a program of its own
    }


def test_one_module_ends_the_process_and_one_knows_the_statuses() -> None:
    assert modules_that_name("sys.exit", "exit", "quit", "os._exit", "SystemExit") == {
        "cli/__init__.py",
        "cli/status.py",
        "demo/scenarios/__main__.py",
    }


def test_nobody_hides_a_bug() -> None:
    hidden = [
        f"{module}:{handler.lineno}"
        for module, tree in TREES.items()
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or _catches_everything(handler.type))
        and not (isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None)
    ]
    assert hidden == []


def test_the_clock_sleep_and_chance_come_in_as_arguments() -> None:
    ambient = {
        "time.time",
        "time.monotonic",
        "time.sleep",
        "datetime.now",
        "date.today",
        "random.random",
        "uuid4",
    }
    callers = {
        module
        for module, tree in TREES.items()
        for call in _calls_outside_defaults(tree)
        if ast.unparse(call.func) in ambient
    }
    assert callers <= {"cli/connection.py"}


def test_no_thread_is_the_first_to_look_at_a_type() -> None:
    """msgspec learns a type when it first meets it: two threads that do so at once end the process."""
    met_late = [
        f"{module}:{call.lineno}"
        for module, tree in TREES.items()
        for call in _calls_outside_defaults(tree)
        if ast.unparse(call.func) == "msgspec.json.decode"
        and any(word.arg == "type" for word in call.keywords)
    ]
    assert met_late == []


def test_a_test_that_talks_to_another_machine_fails() -> None:
    with socket.socket() as outside, pytest.raises(AssertionError, match=r"127\.0\.0\.1 alone"):
        outside.connect(("192.0.2.1", 9))


def _catches_everything(kind: ast.expr) -> bool:
    named = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return bool({"Exception", "BaseException"} & {ast.unparse(each) for each in named})


def _calls_outside_defaults(node: ast.AST) -> Iterator[ast.Call]:
    """A `lambda: datetime.now(UTC)` is a default that a caller can replace."""
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.Lambda):
            yield from _calls_outside_defaults(child)
