"""The console with an event stream that sends the records of a log as they are: what pump, topic and stream carry alone."""

from opsconsole import asgi
from opsconsole.edge.routes import Edge
from opsconsole.live import runtime
from opsconsole.live.stream import EventStream, Grant, StreamRequest


def let_everybody_in(request: StreamRequest) -> Grant:
    return Grant(person="bench", topics=frozenset(request.topics))


application = Edge(
    django=asgi.application,
    stream=EventStream(
        runtime.hub(),
        let_everybody_in,
        is_stopping=runtime.is_stopping,
        max_streams=1000,
        max_per_person=1000,
    ),
    is_stopping=runtime.is_stopping,
    on_startup=asgi.start,
    on_shutdown=asgi.stop,
)
