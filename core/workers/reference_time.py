"""How long the reference takes: calls one by one with cold caches, on the device's own clock."""
from __future__ import annotations

import time

import hardware
from expect import Expectation
from runs import fresh, isolated

MOST = 1000


def time_reference(expected: Expectation, device: str, seconds: float, away: bool = False) -> dict:
    """`{"mode": "cold", "clock", "seconds": […]}`; arguments are fresh for each call if the reference writes them.
    `away`: they do not lie on the device yet."""
    function = expected.plan.baseline.get(expected.call.entry, expected.function)
    arguments = fresh(expected.arguments, (lambda flat: flat.to(device)) if away else None)
    make = (lambda: fresh(arguments)) if expected.mutated else (lambda: arguments)
    with isolated(expected.rng):
        for _ in range(3):
            args, kwargs = make()
            function(*args, **kwargs)
        clock, found, start = hardware.clock(device), [], time.perf_counter()
        while len(found) < MOST and (len(found) < 3 or time.perf_counter() - start < seconds):
            args, kwargs = make()
            found.append(clock.seconds(function, args, kwargs))
    return {"mode": "cold", "clock": clock.name, "seconds": found}
