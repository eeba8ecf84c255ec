"""Asking in a process of its own: a mutant that ends its process ends nothing else."""

from __future__ import annotations

import multiprocessing
import traceback
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

LONGEST = 120.0
"""Seconds after which a process is ended that has not answered."""

FORK = multiprocessing.get_context("fork")


class Apart:
    """A function that is called in a child of this process, which knows all that this one knows.

    Another child takes the place of one that has ended.

    Parameters
    ----------
    function : callable
    longest : float
        Seconds that one call may take.
    """

    def __init__(self, function: Callable[..., Any], longest: float = LONGEST) -> None:
        self.function, self.longest = function, longest
        self.child: Any = None

    def __enter__(self) -> Apart:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def ask(self, *arguments: Any, ended: Any) -> Any:
        """What the function returns, or `ended` if its process ends or has to be ended.

        Who ends it is asked once more, in a new one: another may have spoiled the memory before.
        """
        for _ in range(2):
            try:
                return self._asked(arguments)
            except TimeoutError:
                break
            except (EOFError, ConnectionError):
                self.end()
        self.end()
        return ended

    def end(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.join()
            self.child = None
            self.pipe.close()

    def _asked(self, arguments: tuple) -> Any:
        if self.child is None:
            self._begin()
        self.pipe.send(arguments)
        if not self.pipe.poll(self.longest):
            raise TimeoutError
        value, error = self.pipe.recv()
        if error:
            raise RuntimeError(error)
        return value

    def _begin(self) -> None:
        self.pipe, theirs = FORK.Pipe()
        self.child = FORK.Process(target=self._answer, args=(self.pipe, theirs), daemon=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads that wait are no harm
            self.child.start()
        theirs.close()

    def _answer(self, others: Connection, pipe: Connection) -> None:
        """What the child does, until nobody is there to ask."""
        others.close()
        while True:
            try:
                arguments = pipe.recv()
            except EOFError:
                return
            pipe.send(self._called(arguments))

    def _called(self, arguments: tuple) -> tuple[Any, str]:
        """What the function returns, and the traceback if it raises instead."""
        try:
            return self.function(*arguments), ""
        except Exception:
            return None, traceback.format_exc()
