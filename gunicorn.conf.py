"""How gunicorn serves the console, the same in production, in the demo and in measurements.

An option of the command line or of GUNICORN_CMD_ARGS wins over this file.
"""

from __future__ import annotations

import os
from typing import Any

_on_heroku = "DYNO" in os.environ
_port = os.environ.get("PORT", "8000")

bind = os.environ.get("OPSCONSOLE_BIND") or (f"[::]:{_port}" if _on_heroku else f"127.0.0.1:{_port}")
worker_class = "opsconsole.edge.worker.EdgeWorker"
asgi_loop = "asyncio"
asgi_lifespan = "on"
# Explicit, since Heroku's buildpack sets WEB_CONCURRENCY. More than one share their topics through Redis.
workers = 1

# Heroku's router keeps its connections for 90 s; it has to be the one that closes them.
keepalive = 100
# Below Heroku's 30 s before SIGKILL; for pages under way, since streams end themselves in half a second.
graceful_timeout = 8
timeout = 60
# How long a page's thread may go on for a reader who has left.
asgi_disconnect_grace_period = 1

limit_request_line = 8190  # the address of a stream that resumes 24 topics takes about 3000
limit_request_fields = 100
limit_request_field_size = 8190
websocket_max_message_size = 65_536

# Only Heroku's router reaches a dyno. Elsewhere a front proxy is named in FORWARDED_ALLOW_IPS.
forwarded_allow_ips = "*" if _on_heroku else os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
# Its default place, in the home directory, is shared by all the servers of a person.
control_socket_disable = True
# Heroku's router writes a line per request, and the journal says who did what.
accesslog = None


def on_starting(server: Any) -> None:  # noqa: ANN401
    if server.cfg.workers != 1 and not os.environ.get("REDIS_URL"):
        raise SystemExit(
            "Several processes share their work through Redis: set REDIS_URL, or leave `workers` at 1 (see GUNICORN_CMD_ARGS)."
        )


def post_worker_init(worker: Any) -> None:  # noqa: ANN401
    from opsconsole.live import runtime  # noqa: PLC0415 - in the worker, after the fork

    runtime.WORKER = worker
