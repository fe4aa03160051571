"""Hands a run's events to its listeners, and goes on without one that crashes."""

from __future__ import annotations

from collections.abc import Iterable

from dropcheck.events import Event, Listener, ListenerFailed


class EventBus:
    """Every listener gets every event, in order; one that raises is dropped and the others are told."""

    def __init__(self, listeners: Iterable[Listener] = ()) -> None:
        self._listeners = list(listeners)

    def emit(self, event: Event) -> None:
        """Hand `event` to every listener."""
        for listener in tuple(self._listeners):
            if listener not in self._listeners:
                continue
            try:
                listener.handle(event)
            except Exception as error:  # noqa: BLE001 - whatever a listener does must not stop the run
                self._drop(listener, error)

    def close(self) -> None:
        """Close every listener that is still there."""
        for listener in tuple(self._listeners):
            try:
                listener.close()
            except Exception as error:  # noqa: BLE001 - see `emit`
                self._drop(listener, error)
        self._listeners.clear()

    def _drop(self, listener: Listener, error: Exception) -> None:
        self._listeners.remove(listener)
        name = type(listener).__name__
        self.emit(ListenerFailed(name, f"{type(error).__name__}: {error}"))
