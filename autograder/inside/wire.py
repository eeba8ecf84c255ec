"""What crosses the wall between a student's code and the judge: frames of plain data.

A frame is its lengths, then a JSON text, then the numbers of its arrays, whose kinds and shapes the
text names. Whatever arrives from inside was written by somebody who may want to deceive: it is
bounded before it is read, and nothing in it can be more than numbers, text, and lists of them.
"""

from __future__ import annotations

import json
import math
import select
import socket
import struct
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal

import numpy as np

from .arguments import Named, Seeded, with_gaps

MOST_BYTES = 1 << 28
"""Of one frame. The largest array that an exercise asks for has some 60 MB."""

MOST_TEXT = 1 << 20
"""Of the JSON text in one frame: lists take fifty times the memory of the text that names them."""

MOST_NODES = 100_000
"""Of the lists, tuples, dicts, arrays and numbers in one frame together."""

MOST_DEPTH = 16

Buffer = bytes | memoryview

HEADER = struct.Struct("!II")
"""Before each frame: how many bytes its JSON text has, and how many its arrays have together."""

DTYPES = {
    kind.str: kind
    for code in "?bBhHiIqQefdg"
    for kind in (np.dtype(code), np.dtype(code).newbyteorder("S"))
}
"""What an array may be of, by the words that stand for it: truth values, whole numbers, floats."""

MOST_AXES = 32

MOST_EMPTY = 1 << 20
"""Of an array that holds nothing for a side of 0: its other sides, multiplied."""

AT_ONCE = 1 << 16
"""Bytes that are taken in at once, if they are there: most frames are smaller, and room for more
would be memory fresh from the system each time, which takes longer to get than to fill."""

MOST_PIECES = 512
"""Of a frame that are handed to the system at once, which takes 1,024."""


class WireError(Exception):
    """What came over the wire is not a frame, or too large a one."""


class Gone(WireError):
    """The other side closed the wire, or said nothing for too long."""


@dataclass(frozen=True)
class Foreign:
    """Stands for a value that is neither a number, an array, text, nor made of them."""

    type_name: str


def encode(value: Any) -> bytes:
    """Write a value as the bytes of a frame.

    Raises
    ------
    TypeError
        If it is not made of numbers, text, arrays, lists, tuples and dicts.
    WireError
        If it is larger, or nested deeper, than a frame can be.
    """
    return b"".join(_encode(value))


def _encode(value: Any) -> list[Buffer]:
    """A frame in pieces; the numbers of arrays are not copied."""
    arrays: list[Buffer] = []
    try:
        text = json.dumps(_tree(value, arrays)).encode()
    except (ValueError, RecursionError):
        raise WireError("a number of thousands of digits, or too deep a nest") from None
    size = sum(map(len, arrays))
    if len(text) > MOST_TEXT or len(text) + size > MOST_BYTES:
        raise WireError(f"{len(text) + size:,} bytes are more than a frame can hold")
    return [HEADER.pack(len(text), size) + text, *arrays]


PLAIN = frozenset({type(None), bool, str, int})
"""What JSON has words of its own for, and all of it is: most things in a frame."""


def _tree(value: Any, arrays: list[Buffer]) -> Any:
    if type(value) in PLAIN:
        return value
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            # JSON has no infinities, and Python's own words for them are nobody else's.
            return value if math.isfinite(value) else {"float": repr(value)}
        case np.ndarray():
            if value.dtype.hasobject:
                raise TypeError(f"arrays of {value.dtype} do not cross the wall")
            rows, columns = value.flags.c_contiguous, value.flags.f_contiguous
            layout = "rows" if rows else "columns" if columns else "gaps"
            arrays.append(value.ravel("F" if layout == "columns" else "C").view(np.uint8).data)
            return {layout: [value.dtype.str, value.shape]}
        case list():
            return {"list": [_tree(item, arrays) for item in value]}
        case tuple():
            return {"tuple": [_tree(item, arrays) for item in value]}
        case dict():
            pairs = [[_key(key), _tree(item, arrays)] for key, item in value.items()]
            return {"dict": pairs}
        case Seeded():
            return {"seeded": value.seed}
        case Named():
            return {"named": value.name}
        case Foreign():
            return {"foreign": value.type_name}
    raise TypeError(f"{type(value).__name__} does not cross the wall")


def _key(key: Any) -> int | str:
    if type(key) in (int, str):
        return key
    raise TypeError(f"{type(key).__name__} cannot be a key on the wire")


def decode(frame: bytes, gaps: bool = True) -> Any:
    """Read a value back.

    Parameters
    ----------
    frame : bytes
    gaps : bool
        Lay arrays out with gaps where they had them, which takes many times their room.

    Raises
    ------
    WireError
        If the bytes are anything but what `encode` writes.
    """
    if len(frame) < HEADER.size:
        raise WireError("the frame is cut off")
    length, size = HEADER.unpack_from(frame)
    if HEADER.size + length + size != len(frame):
        raise WireError("the frame is not as long as it says")
    return _decode(memoryview(frame)[HEADER.size :], length, gaps)


def _decode(body: memoryview, length: int, gaps: bool) -> Any:
    """Read a value from a frame behind its header; `length` bytes of it are text."""
    if length > MOST_TEXT:
        raise WireError("the frame holds too much text")
    try:
        tree = DECODER.decode(str(body[:length], "utf-8"))
    except (ValueError, RecursionError):
        raise WireError("the frame is not JSON") from None
    reader = _Reader(body[length:], gaps)
    value = reader.value(tree)
    if reader.at != len(reader.data):
        raise WireError("the frame holds more than it names")
    return value


def _refuse(constant: str) -> None:
    raise WireError(f"{constant} is not JSON")


DECODER = json.JSONDecoder(parse_constant=_refuse)


class _Reader:
    """Builds a value from its tree and the bytes of its arrays, in the order they were written."""

    def __init__(self, data: memoryview, gaps: bool) -> None:
        self.data = data
        self.gaps = gaps
        self.at = 0
        self.nodes = 0

    def value(self, tree: Any, depth: int = MOST_DEPTH) -> Any:
        self.nodes += 1
        if self.nodes > MOST_NODES or not depth:
            raise WireError("the frame holds too many things, or too deep a nest of them")
        if type(tree) is not dict:
            return self.plain(tree)
        if len(tree) != 1:
            raise WireError("the frame holds something without a kind")
        ((kind, held),) = tree.items()
        if kind in ("list", "tuple") and isinstance(held, list):
            items = [self.value(item, depth - 1) for item in held]
            return items if kind == "list" else tuple(items)
        if kind == "dict" and isinstance(held, list):
            return dict(self.pair(item, depth - 1) for item in held)
        if kind in ("rows", "columns", "gaps") and isinstance(held, list) and len(held) == 2:
            array = self.array(held[0], held[1], "F" if kind == "columns" else "C")
            return with_gaps(array) if kind == "gaps" and self.gaps else array
        if kind == "float" and held in ("inf", "-inf", "nan"):
            return float(held)
        if kind == "seeded" and type(held) is int and held >= 0:
            return Seeded(held)
        if kind == "named" and isinstance(held, str):
            return Named(held)
        if kind == "foreign" and isinstance(held, str):
            return Foreign(held[:100])
        raise WireError(f"the frame holds an unknown kind of thing, {kind[:20]!r}")

    def plain(self, tree: Any) -> Any:
        """What stands for itself."""
        if tree is None or isinstance(tree, (bool, int, float, str)):
            return tree
        raise WireError("the frame holds something without a kind")

    def pair(self, item: Any, depth: int) -> tuple[int | str, Any]:
        if not (isinstance(item, list) and len(item) == 2 and type(item[0]) in (int, str)):
            raise WireError("the frame holds a dict that is none")
        return item[0], self.value(item[1], depth)

    def array(self, kind: Any, shape: Any, order: Literal["C", "F"]) -> np.ndarray:
        """Read one array. What it says of itself is held against what is there, before any memory
        is taken.
        """
        dtype = DTYPES.get(kind) if isinstance(kind, str) else None
        if dtype is None:
            raise WireError("the frame holds an array that is not of numbers")
        if not _is_shape(shape):
            raise WireError("the frame holds an array of no possible shape")
        numbers = math.prod(shape)
        end = self.at + numbers * dtype.itemsize
        if end > len(self.data):
            raise WireError("the frame ends in the middle of an array")
        flat = np.frombuffer(self.data[self.at : end], dtype)
        self.at = end
        # A copy: aligned, in the machine's byte order, and writable, as a student expects it.
        return np.array(flat.reshape(shape, order=order), dtype.newbyteorder("="), order=order)


def _is_shape(sides: Any) -> bool:
    """Whether an array can have such sides, and what is made of them some room in memory."""
    if not isinstance(sides, list) or len(sides) > MOST_AXES:
        return False
    if not all(type(side) is int and 0 <= side <= MOST_BYTES for side in sides):
        return False
    return 0 not in sides or math.prod(side or 1 for side in sides) <= MOST_EMPTY


class Wire:
    """One end of the connection between the two sides."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.connection.setblocking(False)
        self.received = 0  # bytes
        self._ahead = bytearray()  # what has come, and was not asked for yet
        self._poll = select.poll()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def send(self, value: Any, deadline: float = math.inf) -> None:
        """Send a value, before `deadline` (of `time.monotonic`).

        Raises
        ------
        Gone
            If the other side does not take it.
        """
        pieces = _encode(value)
        if deadline <= monotonic():
            raise Gone("the other side took too long")
        while pieces:
            try:
                sent = self.connection.sendmsg(pieces[:MOST_PIECES])
            except BlockingIOError:
                self._wait_until(deadline, select.POLLOUT)
                continue
            except OSError:
                raise Gone("the other side does not listen") from None
            while pieces and sent >= len(pieces[0]):
                sent -= len(pieces.pop(0))
            if sent:
                pieces[0] = memoryview(pieces[0])[sent:]

    def receive(self, deadline: float = math.inf, most: int = MOST_BYTES, gaps: bool = True) -> Any:
        """Receive a value of at most `most` bytes, before `deadline`; `gaps` as for `decode`.

        Raises
        ------
        Gone
            If the other side is gone, or says nothing until then.
        WireError
            If what it says is no value.
        """
        length, size = HEADER.unpack(self._read(HEADER.size, deadline))
        if length > MOST_TEXT or length + size > most:
            raise WireError(f"a frame of {length + size:,} bytes is larger than is taken")
        self.received += length + size
        return _decode(memoryview(self._read(length + size, deadline)), length, gaps)

    def _read(self, size: int, deadline: float) -> bytearray:
        data = self._ahead
        while len(data) < size:
            self._wait_until(deadline, select.POLLIN)
            try:
                part = self.connection.recv(AT_ONCE)
            except BlockingIOError:
                continue
            except OSError:
                raise Gone("the other side says nothing") from None
            if not part:
                raise Gone("the other side is gone")
            data += part
        self._ahead = data[size:]
        del data[size:]
        return data

    def _wait_until(self, deadline: float, event: int) -> None:
        """Wait until the other side has said something, or can listen."""
        left = deadline - monotonic()
        self._poll.register(self.connection, event)
        if left <= 0 or not self._poll.poll(None if left == math.inf else 1000 * left):
            raise Gone("the other side took too long")
