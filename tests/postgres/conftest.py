"""A PostgreSQL server of our own, as Debian ships it: fresh, on this machine, gone at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.small_course import course, filters, lesson

__all__ = ["course", "filters", "lesson"]  # fixtures, the same here

ACCOUNT = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
"""The server refuses to run as root."""

PASSWORD = "open/sesame"


@dataclass
class Server:
    """A server that can be started and stopped; `password` is that of its user `grader`."""

    folder: Path
    port: int
    process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                *(tool("postgres"), "-D", self.folder / "data", "-k", self.folder),
                *("-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **ACCOUNT,
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.connect().close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """End all connections and the server."""
        self.process.send_signal(subprocess.signal.SIGINT)
        self.process.wait(60)

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="grader",
            password=PASSWORD,
            dbname=database,
            autocommit=True,
        )

    def url(self, database: str, password: str = PASSWORD, port: int | None = None) -> str:
        place = f"127.0.0.1:{port or self.port}/{database}"
        return f"postgresql+psycopg://grader:{password.replace('/', '%2F')}@{place}"


def tool(name: str) -> Path:
    """A program of the newest PostgreSQL here. Without one these tests fail: none is skipped."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found:
        raise FileNotFoundError("These tests need Debian's server: apt-get install postgresql")
    return found[-1]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        (folder / "password").write_text(PASSWORD)
        if ACCOUNT:
            for path in (folder, folder / "password"):
                shutil.chown(path, ACCOUNT["user"], ACCOUNT["group"])
        subprocess.run(
            [
                *(tool("initdb"), "-D", folder / "data", "-U", "grader", "-A", "scram-sha-256"),
                *(f"--pwfile={folder / 'password'}", "-E", "UTF8", "--locale=C", "--no-sync"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            **ACCOUNT,
        )
        server = Server(folder, port)
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def new_database(server: Server) -> Callable[[], str]:
    """Make an empty database; its name."""
    numbers = count()

    def make() -> str:
        name = f"class{next(numbers)}"
        with server.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    return make


@pytest.fixture
def url(server: Server, new_database: Callable[[], str]) -> str:
    """Of an empty database."""
    return server.url(new_database())
