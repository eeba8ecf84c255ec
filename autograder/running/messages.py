"""Reading what a kernel says, as strictly as what a stranger says has to be read.

A notebook takes outputs from a kernel and nothing else. Each message is written anew from the
fields that are named here, each of its type and within its size: whatever else it holds stays
behind. A field that is missing or of another type makes it no message at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

STREAMS = ("stdout", "stderr")
"""All that text is printed to."""

MOST_KINDS, MOST_IN_A_KIND = 20, 100
"""Forms in which one output is shown (text, picture, …), and characters of the name of one."""

MOST_LINES = 5_000
"""Of the traceback of one error."""

MOST_IN_A_NAME, MOST_IN_A_REASON = 200, 20_000
"""Characters of the name of an error and of an output, and of what an error says."""

MIME_TYPE = re.compile(r"[a-z]+/[\w.+-]+", re.ASCII | re.IGNORECASE)


class NoMessage(ValueError):
    """What a kernel said is no message."""


@dataclass(frozen=True)
class Output:
    """Something to be shown: `display` is the name by which it can be replaced, or empty."""

    kind: str
    content: dict[str, Any]
    display: str = ""


@dataclass(frozen=True)
class Clear:
    """All that a cell has put out is to go, now or when more comes."""

    wait: bool


@dataclass(frozen=True)
class Idle:
    """The kernel has done what it was asked."""


@dataclass(frozen=True)
class Reply:
    """How a cell ended. `leaves` says that the kernel asks to be let go."""

    ok: bool
    ename: str = ""
    evalue: str = ""
    leaves: bool = False


def read_message(message: Any) -> Output | Clear | Idle | None:
    """What a message on the public channel says; None if it is nothing for a notebook.

    Raises
    ------
    NoMessage
        If it is none.

    Examples
    --------
    >>> said = {"name": "stdout", "text": "2", "execution_count": "<script>"}
    >>> read_message({"msg_type": "stream", "content": said})
    Output(kind='stream', content={'name': 'stdout', 'text': '2'}, display='')
    """
    kind, content = _part(message, "msg_type", str), _part(message, "content", dict)
    if kind == "status":
        return Idle() if _part(content, "execution_state", str) == "idle" else None
    if kind == "clear_output":
        return Clear(content.get("wait") is True)
    reader = READERS.get(kind)
    return Output(kind, reader(content), _display(content, kind)) if reader else None


def read_reply(message: Any) -> Reply:
    """How a cell ended, by the kernel's account.

    Raises
    ------
    NoMessage
        If it is no account.

    Examples
    --------
    >>> read_reply({"content": {"status": "ok", "execution_count": ["<script>"]}})
    Reply(ok=True, ename='', evalue='', leaves=False)
    """
    content = _part(message, "content", dict)
    if content.get("status") == "ok":
        return Reply(ok=True, leaves=_asks_to_leave(content.get("payload")))
    return Reply(
        ok=False,
        ename=_text(content.get("ename", ""))[:MOST_IN_A_NAME],
        evalue=_text(content.get("evalue", ""))[:MOST_IN_A_REASON],
        leaves=_asks_to_leave(content.get("payload")),
    )


def _asks_to_leave(payload: Any) -> bool:
    return isinstance(payload, list) and any(
        isinstance(wish, dict) and wish.get("source") == "ask_exit" for wish in payload
    )


def _part(message: Any, name: str, kind: type) -> Any:
    """A part of a message that has to be there, and of that type."""
    part = message.get(name) if isinstance(message, dict) else None
    if not isinstance(part, kind):
        raise NoMessage(f"a message without {name}")
    return part


def _text(value: Any) -> str:
    """Text, such as can be written to a file: half a surrogate pair cannot."""
    if not isinstance(value, str):
        raise NoMessage("something else in the place of text")
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _display(content: dict[str, Any], kind: str) -> str:
    if kind not in ("display_data", "update_display_data", "execute_result"):
        return ""
    transient = content.get("transient")
    name = transient.get("display_id") if isinstance(transient, dict) else None
    return name[:MOST_IN_A_NAME] if isinstance(name, str) else ""


def _stream(content: dict[str, Any]) -> dict[str, Any]:
    if (name := content.get("name")) not in STREAMS:
        raise NoMessage("text for no stream")
    return {"name": name, "text": _text(content.get("text"))}


def _shown(content: dict[str, Any]) -> dict[str, Any]:
    """An output in several forms. A form that is no text is named, and empty."""
    data = _part(content, "data", dict)
    kinds = [k for k in data if len(k) <= MOST_IN_A_KIND and MIME_TYPE.fullmatch(k)][:MOST_KINDS]
    forms = {kind: _text(data[kind]) if isinstance(data[kind], str) else "" for kind in kinds}
    return {"data": forms, "metadata": {}}


def _error(content: dict[str, Any]) -> dict[str, Any]:
    return {
        "ename": _text(content.get("ename"))[:MOST_IN_A_NAME],
        "evalue": _text(content.get("evalue"))[:MOST_IN_A_REASON],
        "traceback": [_text(line) for line in _part(content, "traceback", list)[:MOST_LINES]],
    }


READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "stream": _stream,
    "display_data": _shown,
    "update_display_data": _shown,
    "execute_result": _shown,
    "error": _error,
}
"""What a kernel can say that is kept, and who reads it."""
