"""Runs at once, as processes of their own: `python -m tests.at_once` reads orders from stdin, and prints how each ended."""

import os
import subprocess
import sys
from collections.abc import Iterable

import msgspec

from pipeline.demo.fakequay import FakeQuay
from tests.crashes import NOON, ROOT, Order, carry_out, registry, warm


def statuses_of(orders: Iterable[Order]) -> list[int]:
    """Carry out all orders at once; gives the exit status of each, 0 or KILLED."""
    command = [sys.executable, "-m", "tests.at_once"]
    done = subprocess.run(
        command,
        input=msgspec.json.encode(list(orders)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=300,
    )
    return msgspec.json.decode(done.stdout, type=list[int])


def main() -> None:
    """Fork a child for each order, and wait for all."""
    warm()
    orders = msgspec.json.decode(sys.stdin.buffer.read(), type=list[Order])
    quay = registry(NOON)
    children = [_child(order, quays={"extract": quay}) for order in orders]
    ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    sys.stdout.buffer.write(msgspec.json.encode(ended))


def _child(order: Order, quays: dict[str, FakeQuay]) -> int:
    child = os.fork()
    if not child:
        carry_out(order, quays)
        os._exit(0)
    return child


if __name__ == "__main__":
    main()
