"""A stand-in Heroku on loopback for the demo and the tests; shares no code with the client.

`python -m opsconsole.simulator --state-dir DIR` serves one to a newcomer; tests write::

    with Simulator(speed=50) as simulator:
        simulator.faults.add("reset_after", method="PATCH", path="/formation$", times=1)
        simulator.world.app("inscriptions").crash("web.1")
        ...
        assert [request.path for request in simulator.requests] == [...]

faults.py has the table of faults, control.py the control endpoint for other processes, backstage.py what can
happen to
the world, seed.py the apps it begins with.
"""

from .backstage import AppBackstage, Backstage, BackstageError
from .embedded import Simulator
from .faults import Fault, FaultError, Faults
from .store import SnapshotError

__all__ = [
    "AppBackstage",
    "Backstage",
    "BackstageError",
    "Fault",
    "FaultError",
    "Faults",
    "Simulator",
    "SnapshotError",
]
