"""Talking with a kernel over one line (`inside.kernel`), in the shape of Jupyter's own client."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import deque
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient

MOST_MESSAGE = 16_000_000
"""Bytes of one message from a kernel."""

MOST_WAITING = 8
"""Messages of a kernel that wait to be read; what comes after waits on the kernel's side."""

SEND_SECONDS = 60.0
"""Seconds in which a kernel has to take a request."""


class SocketClient(AsyncKernelClient):
    """A client of a kernel at the other end of a line, over which all messages come in order.

    Parameters
    ----------
    talk : socket
        Of the kind `SOCK_SEQPACKET`. Stays open.
    """

    def __init__(self, talk: socket.socket, **kwargs: Any) -> None:
        from .inside.zygote import Line  # Linux's alone, like all that has a socket to talk over

        super().__init__(**kwargs)
        talk.settimeout(SEND_SECONDS)
        self._line = Line(talk, MOST_MESSAGE)
        self._shell_channel = _Channel(self, "shell")
        self._iopub_channel = _Channel(self, "iopub")
        self._waiting: deque[tuple[str, dict[str, Any]]] = deque()
        self._ended: Exception | None = None
        self._heard = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None  # while it listens

    async def next(
        self, timeout: float | None = None, channel: str | None = None
    ) -> tuple[str, dict[str, Any]]:
        """The next message, of one channel or of any: the channel's name, and the message.

        Raises
        ------
        queue.Empty
            If none comes in time, in seconds.
        EOFError
            If the kernel has gone.
        ValueError
            If the kernel said what is no message.
        """
        try:
            async with asyncio.timeout(timeout):
                while True:
                    for index, (name, message) in enumerate(self._waiting):
                        if channel in (None, name):
                            del self._waiting[index]
                            return name, message
                    if self._ended is not None:
                        raise self._ended
                    self.start_channels()
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            raise Empty from None

    def send(self, message: dict[str, Any]) -> None:
        """Send a request."""
        self._line.send(self.session.pack(message))

    def start_channels(self, *_: object, **__: object) -> None:
        """Listen."""
        if self._loop is None and self._ended is None:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self._line.socket, self._take)

    def stop_channels(self) -> None:
        """Listen no more, until asked for a message."""
        if self._loop is not None:
            self._loop.remove_reader(self._line.socket)
            self._loop = None

    def _take(self) -> None:
        try:
            text = self._line.receive()
            if text is not None:
                self._waiting.append(_message(text))
        except OSError:  # the kernel has gone, or has just been ended
            self._ended = EOFError("the line has ended")
        except (EOFError, ValueError) as error:
            self._ended = error
        if self._ended is not None or len(self._waiting) >= MOST_WAITING:
            self.stop_channels()
        self._heard.set()


def _message(text: bytes) -> tuple[str, dict[str, Any]]:
    """The channel that a message belongs to, and the message."""
    try:
        message = json.loads(text)
        kind = message["msg_type"]
        message["parent_header"].get("msg_id")
        return ("shell" if kind.endswith("_reply") else "iopub"), message
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise ValueError("what came is no message") from None


class _Channel:
    """One of the channels of Jupyter's clients."""

    def __init__(self, client: SocketClient, name: str) -> None:
        self._client = client
        self._name = name

    def send(self, message: dict[str, Any]) -> None:
        self._client.send(message)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        _, message = await self._client.next(timeout, self._name)
        return message
