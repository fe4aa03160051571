"""Which window an agent in a page belongs to, and what it may be asked.

Popups share their opener's content manager, so the messages of all windows of a view arrive at one place. An
agent says a key of its own with everything; the document it announces belongs to the window that has just
committed that URL, since WebKit tells of the commit before any script of the document runs.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any

from gi.repository import JavaScriptCore

from .session import AGENT_WORLD

Reply = Callable[[dict[str, Any]], None]

#: What a script is told whose document was replaced.
PAGE_WENT_AWAY = "the page went away"

#: Scripts wait for one another on the first; what must be answered at once goes by the second.
LINES = ("work", "pulse")


@cache
def _context() -> Any:
    # Every context brings a virtual machine along; one is enough to spell strings in. It must not be the first
    # thing of WebKit's to exist: no view loads anything then.
    return JavaScriptCore.Context()


class _Line:
    """One way to an agent: scripts wait here until the agent asks for work on it."""

    def __init__(self) -> None:
        self._asking: Any = None
        self._commands: deque[tuple[str, Reply]] = deque()
        self._replies: dict[int, Reply] = {}
        self._number = 0

    def send(self, script: str, reply: Reply) -> None:
        self._commands.append((script, reply))
        self._serve()

    def asks(self, reply: Any) -> None:
        self._asking = reply
        self._serve()

    def answered(self, said: dict[str, Any]) -> None:
        reply = self._replies.pop(said["n"], None)
        if reply is not None:
            reply({"error": said["error"]} if "error" in said else {"value": said["value"]})

    def forget(self, why: str) -> None:
        self._asking = None
        waiting = [*self._replies.values(), *(reply for _, reply in self._commands)]
        self._replies.clear()
        self._commands.clear()
        for reply in waiting:
            reply({"error": why})

    def _serve(self) -> None:
        if self._asking is None or not self._commands:
            return
        asking, self._asking = self._asking, None
        script, reply = self._commands.popleft()
        self._number += 1
        self._replies[self._number] = reply
        command = json.dumps({"n": self._number, "script": script})
        asking.return_value(JavaScriptCore.Value.new_string(_context(), command))


class Agent:
    """One window's end of the lines to its page's agent.

    `has_frames` is whether the page has told of a frame so far.
    """

    def __init__(self, hear: Callable[[dict[str, Any]], None]) -> None:
        self._hear = hear
        self._lines = {name: _Line() for name in LINES}
        self.has_frames = False

    def run(self, script: str, reply: Reply) -> None:
        """Evaluate `script` in the agent's world of the main frame, without a user gesture."""
        self._lines["work"].send(script, reply)

    def pulse(self, reply: Reply) -> None:
        """Ask whether the page has or had a frame, past all work that waits; the answer is a boolean."""
        self._lines["pulse"].send("", reply)

    def asks(self, line: str, reply: Any) -> None:
        """Keep the promise of an agent that has nothing to do."""
        self._lines[line].asks(reply)

    def hears(self, said: dict[str, Any]) -> None:
        """Pass on what the agent says."""
        if said["kind"] == "result":
            self._lines[said["line"]].answered(said)
            return
        if said["kind"] == "document" and said["top"]:
            self.has_frames = False
        elif said["kind"] == "frame-source" or not said["top"]:
            self.has_frames = True
        self._hear(said)

    def forget(self, why: str) -> None:
        """Let go of the page's agent and of what it was asked."""
        for line in self._lines.values():
            line.forget(why)


class Agents:
    """All agents of one view."""

    def __init__(self, scripts: Any) -> None:
        self._agents: list[Agent] = []
        self._commits: list[tuple[Agent, str]] = []
        self._by_key: dict[str, Agent] = {}
        scripts.connect(f"script-message-received::{AGENT_WORLD}", self._says)
        scripts.register_script_message_handler_in_world(AGENT_WORLD, AGENT_WORLD)
        for line in LINES:
            scripts.connect(f"script-message-with-reply-received::{line}", self._asks, line)
            scripts.register_script_message_handler_with_reply(line, AGENT_WORLD)

    def add(self, agent: Agent) -> None:
        """Take a window in."""
        self._agents.append(agent)

    def remove(self, agent: Agent) -> None:
        """Let a window go."""
        self._agents.remove(agent)
        self._commits = [commit for commit in self._commits if commit[0] is not agent]
        self._by_key = {key: owner for key, owner in self._by_key.items() if owner is not agent}

    def committed(self, agent: Agent, url: str) -> None:
        """Expect an agent to announce itself from the document a window has just committed."""
        self._commits = [commit for commit in self._commits if commit[0] is not agent]
        self._commits.append((agent, url))

    def _says(self, _manager: Any, result: Any) -> None:
        said = json.loads(result.get_js_value().to_string())
        if said["kind"] == "document" and said["top"]:
            self._announced(said["key"], said["url"])
        if not said["top"]:
            # A frame cannot say whose frame it is; what it says matters only to the window it is in.
            for agent in list(self._agents):
                agent.hears(said)
            return
        owner = self._by_key.get(said["key"])
        if owner is not None:
            owner.hears(said)

    def _announced(self, key: str, url: str) -> None:
        matching = [commit for commit in self._commits if commit[1] == url] or self._commits
        if not matching:
            return
        commit = matching[0]
        self._commits.remove(commit)
        agent = commit[0]
        self._by_key = {old: owner for old, owner in self._by_key.items() if owner is not agent}
        self._by_key[key] = agent
        agent.forget(PAGE_WENT_AWAY)

    def _asks(self, _manager: Any, value: Any, reply: Any, line: str) -> bool:
        owner = self._by_key.get(value.to_string())
        if owner is not None:
            owner.asks(line, reply)
        return True
