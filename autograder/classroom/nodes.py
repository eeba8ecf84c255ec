"""The nodes of a cluster on this machine, as Dask has them but for the web server of each."""

from __future__ import annotations

from typing import Any

from distributed import Nanny, Scheduler, Worker


class QuietScheduler(Scheduler):
    """A scheduler that listens to its cluster alone."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Serve no pages: whoever reaches their port could read what is being graded."""


class QuietWorker(Worker):
    """A worker that listens to its cluster alone."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Serve no pages."""


class QuietNanny(Nanny):
    """A nanny of such a worker, and of the next if that dies."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, worker_class=QuietWorker, **options)
