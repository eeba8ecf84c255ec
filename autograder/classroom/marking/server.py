"""The page's server: on this machine only, for whoever has the token, with the standard library."""

from __future__ import annotations

import json
import secrets
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from autograder.lessons.errors import ClassroomError

from .answers import Marking
from .page import marking_page

HOST = "127.0.0.1"

MOST_BODY = 100_000
"""Bytes of what a page sends."""

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class MarkingServer(HTTPServer):
    """Serves the page of one question, and takes its marks: one request at a time."""

    def __init__(self, marking: Marking, port: int = 0) -> None:
        self.marking = marking
        self.token = secrets.token_urlsafe(32)
        super().__init__((HOST, port), _Handler)

    @property
    def url(self) -> str:
        """What to open, with the token."""
        return f"http://{HOST}:{self.server_port}/?token={self.token}"

    def knows(self, token: str) -> bool:
        """Whether somebody has the token."""
        return secrets.compare_digest(token.encode(), self.token.encode())


class _Handler(BaseHTTPRequestHandler):
    server: MarkingServer  # type: ignore[assignment]
    timeout = 30

    def do_GET(self) -> None:
        """The page."""
        place = urlsplit(self.path)
        token = parse_qs(place.query).get("token", [""])[0]
        if not self._is_here() or not self.server.knows(token):
            self._refuse(HTTPStatus.FORBIDDEN, "Open the address that `autograder mark` printed.")
        elif place.path != "/":
            self._refuse(HTTPStatus.NOT_FOUND, "There is nothing here.")
        else:
            nonce = secrets.token_urlsafe(16)
            page = marking_page(self.server.marking, token, nonce)
            policy = (
                f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
                "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            )
            self._send(HTTPStatus.OK, page, "text/html", {"Content-Security-Policy": policy})

    def do_PUT(self) -> None:
        """A mark."""
        if not self._is_here() or not self.server.knows(self.headers.get("X-Token", "")):
            self._refuse(HTTPStatus.FORBIDDEN, "Open the address that `autograder mark` printed.")
            return
        try:
            said = self._body()
            marking = self.server.marking
            answer = marking.mark(*(said[k] for k in ("number", "points", "comment", "before")))
        except ClassroomError as error:
            self._refuse(HTTPStatus.CONFLICT, str(error))
        except (ValueError, KeyError, TypeError):
            self._refuse(HTTPStatus.BAD_REQUEST, "That is no mark: load the page again.")
        else:
            data = {"answer": answer.as_json(), "comments": marking.comments()}
            self._send(HTTPStatus.OK, json.dumps(data), "application/json")

    def _body(self) -> dict:
        length = int(self.headers.get("Content-Length", "0"))
        if not 0 < length <= MOST_BODY:
            raise ValueError
        return json.loads(self.rfile.read(length))

    def _is_here(self) -> bool:
        """Whether the page was asked for by this machine's own address, and by no other name."""
        return self.headers.get("Host", "") == f"{HOST}:{self.server.server_port}"

    def _refuse(self, status: HTTPStatus, sentence: str) -> None:
        self._send(status, sentence, "text/plain")

    def _send(
        self, status: HTTPStatus, text: str, kind: str, more: dict[str, str] | None = None
    ) -> None:
        data = text.encode("utf-8", "replace")
        self.send_response(status)
        for name, value in {**HEADERS, **(more or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: an address would hold the token."""
