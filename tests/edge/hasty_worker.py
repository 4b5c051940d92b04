"""The console's worker with less patience, so that a test of it takes a second."""

from __future__ import annotations

from opsconsole.edge.worker import EdgeWorker


class HastyWorker(EdgeWorker):
    header_seconds = 1.0
