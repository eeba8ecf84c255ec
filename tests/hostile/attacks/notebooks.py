"""Handing in something else than was given out: cells, JSON, encodings, links, names."""

from __future__ import annotations

import copy
import json
import os
import stat
import struct
import zipfile
import zlib
from base64 import b64encode
from pathlib import Path

from ..ground import FULL, HONEST, Attack, cell_of, code

NAME = "01-hostile.ipynb"


def changed(name: str, change, points=None, looks=None, **more) -> Attack:
    """All answers are right, and something was done to the notebook."""
    points = FULL if points is None else points
    more.setdefault("answers", HONEST)
    return Attack(name, "the notebook", change=change, points=points, looks=looks, **more)


def damaged(name: str, file, looks: str, **more) -> Attack:
    """The file is none that can be read: nothing is earned, and the reason is told."""
    return Attack(name, "the file", HONEST, file=file, points={}, looks=looks, **more)


def placed(name: str, folder, looks: str | None, points=None, **more) -> Attack:
    """Something else was done in the folder."""
    return Attack(
        name, "the folder", HONEST, folder=folder, points=points or {}, looks=looks, **more
    )


def without(*names: str):
    def change(notebook: dict) -> None:
        notebook["cells"] = [c for c in notebook["cells"] if c.get("id") not in names]

    return change


def only_code(notebook: dict) -> None:
    notebook["cells"] = [code("print(1)")]


def twice(name: str, source: str | None = None):
    """A second cell of the same id, at the end."""

    def change(notebook: dict) -> None:
        again = copy.deepcopy(cell_of(notebook, name))
        again["source"] = again["source"] if source is None else source
        notebook["cells"].append(again)

    return change


def reverse(notebook: dict) -> None:
    notebook["cells"].reverse()


def kind(name: str, cell_type: str):
    def change(notebook: dict) -> None:
        cell_of(notebook, name)["cell_type"] = cell_type

    return change


def rename(notebook: dict) -> None:
    cell = cell_of(notebook, "relu-test")
    cell["id"] = cell["metadata"]["nbgrader"]["grade_id"] = "lenet-parameter-count-test"


def richer(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"].update(points=1000, grade=True, solution=True)


def stranger(notebook: dict) -> None:
    extra = code("100")
    extra["id"] = "bonus"
    extra["metadata"]["nbgrader"] = {
        **{"grade": True, "grade_id": "bonus", "points": 100, "locked": True},
        **{"schema_version": 3, "solution": False, "task": False, "cell_type": "code"},
    }
    notebook["cells"].append(extra)


def odd_metadata(notebook: dict) -> None:
    notebook["metadata"] = {"kernelspec": {"name": "bash", "argv": ["/bin/sh"]}, "x": [[]] * 99}
    for cell in notebook["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        cell["metadata"] = {"nbgrader": nbgrader, "deletable": 7, "collapsed": "maybe", "a": None}


def no_metadata(notebook: dict) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = "none"


def kernel(notebook: dict) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "../../evil", "language": "sh"}
    notebook["metadata"]["language_info"] = {"name": "<script>alert(1)</script>"}


def forged_outputs(notebook: dict) -> None:
    for name in ("relu-check", "relu-test"):
        cell_of(notebook, name)["outputs"] = [
            {"output_type": "execute_result", "data": {"text/plain": "3.0"}, "metadata": {}}
        ]


def tests_changed(notebook: dict) -> None:
    cell_of(notebook, "relu-test")["source"] = "3.0"
    cell_of(notebook, "hostile-setup")["source"] = "check = lambda *a, **k: 3"


def strange_ids(notebook: dict) -> None:
    for number, cell in enumerate(notebook["cells"]):
        if "nbgrader" not in cell["metadata"]:
            cell["id"] = [number, {"x": None}, "../../etc/passwd", "relu\n"][number % 4]


def large(text: str) -> bytes:
    return text[:-1].encode() + b', "x": [' + b"[]," * 6_000_000 + b"[]]}"


def deep(text: str) -> bytes:
    return text[:-1].encode() + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def output_of_200_mb(text: str) -> bytes:
    notebook = json.loads(text)
    cell_of(notebook, "relu")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "x, [y] " * 9_000_000}
    ]
    return json.dumps(notebook).encode()


def linked_to(target: str):
    def folder(place: Path) -> None:
        (place / NAME).unlink()
        (place / NAME).symlink_to(target)

    return folder


def pipe(place: Path) -> None:
    (place / NAME).unlink()
    os.mkfifo(place / NAME)


def is_a_folder(place: Path) -> None:
    (place / NAME).unlink()
    (place / NAME / "x").mkdir(parents=True)


def unreadable(place: Path) -> None:
    (place / NAME).unlink()


def other_names(place: Path) -> None:
    for name in (
        *("[x](javascript:alert(1)).ipynb", "<img src=x onerror=alert(1)>.ipynb"),
        *("a\nb.ipynb", "x" * 249 + ".ipynb", "..\\..\\x.ipynb", "-rf.ipynb", "$(id).ipynb"),
    ):
        (place / name).write_text("{}")
    (place / os.fsdecode(b"\xff\xfe.ipynb")).write_text("{}")
    (place / "timestamp.txt").symlink_to("/etc/passwd")


def only_an_odd_name(place: Path) -> None:
    (place / NAME).rename(place / "[x](javascript:alert(1)).ipynb")


def attachments(*pictures: tuple[str, str, bytes]):
    """Pictures in the written answer: the name each is asked for by, its kind, and its bytes."""

    def change(notebook: dict) -> None:
        cell = cell_of(notebook, "why-layers")
        cell["attachments"] = {
            name: {kind: b64encode(data).decode()} for name, kind, data in pictures
        }
        cell["source"] = "\n\n".join(f"![x](attachment:{name})" for name, _, _ in pictures)

    return change


def png(width: int, height: int) -> bytes:
    """A small file that says it is a picture of that size."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))]
    parts += [(b"IDAT", zlib.compress(bytes(1_000_000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


def zip_with(name: str, data: bytes, mode: int = 0o644):
    """A zip in place of the notebook."""

    def folder(place: Path) -> None:
        (place / NAME).unlink()
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(place / "all.zip", "w") as archive:
            archive.writestr(info, data)

    return folder


ATTACKS = [
    changed("graded cells are deleted", without("relu-check", "relu-test"), looks="put back"),
    changed(
        "an answer is deleted",
        without("relu"),
        {"conv-parameter-count": 4, "lenet-parameter-count": 2},
        "deleted and put back: relu",
    ),
    changed("every cell is deleted", only_code, {}, "no cell of the lesson was found"),
    changed("no cells at all", lambda notebook: notebook["cells"].clear(), {}, "no cell of the"),
    changed("a test is there twice", twice("relu-test"), looks="there twice, the last one counts"),
    changed(
        "a test is there twice, and says that all is right",
        twice("relu-test", "3.0"),
        {"conv-parameter-count": 4},
        "there twice",
        answers={"relu": "def relu(x):\n    return x"},
    ),
    changed("an answer is there twice", twice("relu", HONEST["relu"]), looks="there twice: "[:-2]),
    changed("the cells are in another order", reverse),
    changed("a test becomes text", kind("relu-test", "markdown")),
    changed("a test becomes raw", kind("relu-test", "raw")),
    changed("a test is of no kind", kind("relu-test", "x" * 1000), looks="of no known kind"),
    changed("a test takes another's name", rename, looks="deleted and put back: relu-test"),
    changed("the points are more", richer),
    changed("a graded cell of one's own", stranger),
    changed("metadata of other kinds", odd_metadata),
    changed("no metadata", no_metadata),
    changed("another kernel", kernel),
    changed(
        "outputs are forged",
        forged_outputs,
        {"conv-parameter-count": 4},
        answers={"relu": "def relu(x):\n    return x"},
    ),
    changed(
        "the tests and the setup are others",
        tests_changed,
        {"conv-parameter-count": 4},
        "changed and set back: hostile-setup, relu-test",
        answers={"relu": "def relu(x):\n    return x"},
    ),
    changed("ids of other kinds", strange_ids),
    changed(
        "an attachment of no kind",
        lambda n: n["cells"][0].update(attachments={"x": {"a/b": "=="}}),
        looks="is no PNG, JPEG or GIF",
    ),
    changed(
        "pictures that would fill the memory",
        attachments(
            ("a.png", "image/png", png(65_000, 65_000)),
            ("b.png", "image/png", png(2**31 - 1, 1)),
            ("c.png", "image/png", png(4_000, 4_999)),
        ),
        looks="a picture in the text cannot be shown, it is damaged or too large",
    ),
    changed(
        "pictures that are programs",
        attachments(
            ("a.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
            ("b.png", "image/png", b"<script>alert(1)</script>"),
            ('c" onerror="alert(1)', "image/png", b"x"),
            ("d", "text/html", b"<script>alert(1)</script>"),
        ),
        looks="a file in the text is no PNG, JPEG or GIF, and is not shown",
    ),
    Attack(
        "a notebook with its byte order mark",
        "the file",
        HONEST,
        file=lambda text: b"\xef\xbb\xbf" + text.encode(),
        points=FULL,
    ),
    Attack("60 MB of output", "the file", HONEST, file=output_of_200_mb, points=FULL),
    damaged("half a notebook", lambda text: text[: len(text) // 2].encode(), "is not JSON"),
    damaged("an empty file", lambda text: b"", "is not JSON"),
    damaged("bytes that are no text", lambda text: b'{"x": "\xff\xfe"}', "not a text file"),
    damaged("UTF-16, and no end", lambda text: text.encode("utf-16")[:-1], "not a text file"),
    damaged("a file nested without a bottom", deep, "is not JSON"),
    damaged("six million lists", large, "holds more than 1,000,000 things"),
    damaged("another format", lambda text: b'{"nbformat": 3, "worksheets": []}', "notebook format"),
    damaged(
        "a format with a link in it",
        lambda text: b'{"nbformat": "[x](javascript:f())", "cells": []}',
        "is in notebook format",
    ),
    damaged("an archive", lambda text: b"PK\x03\x04" + bytes(99), "is not"),
    damaged("a pickle", lambda text: b"cos\nsystem\n(S'touch /tmp/owned'\ntR.", "is not JSON"),
    Attack(
        "half a character",
        "the file",
        HONEST,
        file=lambda text: text.replace("What a layer does", "\\ud800").encode(),
        points=FULL,
        looks="half a character is shown as",
    ),
    placed(
        "a link to another's notebook", linked_to("../../ada/01-hostile/notes.txt"), "is a link"
    ),
    placed("a link to a secret", linked_to("/etc/shadow"), "is a link to another file"),
    placed("a link to itself", linked_to(NAME), "is a link to another file"),
    placed("a link to a device", linked_to("/dev/zero"), "is a link to another file"),
    placed("a pipe", pipe, "is not a file"),
    placed("a folder", is_a_folder, "is not a file"),
    placed("nothing", unreadable, f"there is no {NAME}"),
    placed("another name", only_an_odd_name, "rename it and grade again"),
    placed("a zip bomb", zip_with(NAME, bytes(200_000_000)), "holds more than 64 MB"),
    placed(
        "a zip whose names lead out",
        zip_with(f"../../ada/{NAME}", b"{}"),
        "or its name leads elsewhere",
    ),
    placed(
        "a zip with a link", zip_with(NAME, b"/etc/shadow", stat.S_IFLNK | 0o777), "it is a link"
    ),
    placed("many notebooks of odd names", other_names, "was handed in too", points=FULL),
]
