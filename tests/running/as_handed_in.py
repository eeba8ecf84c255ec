"""Notebooks as people really hand them in: a table of what happens to them on the way.

`base` is a submission with every answer right. A mutator does to it what an editor, a learning
platform or a person does. `@kind` puts it in the table `MUTATORS`; `keeps` says that the grader
must read every answer as if nothing had happened; otherwise it must at least say what it lost.
"""

from __future__ import annotations

import copy
import json
import zipfile
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from random import Random

import nbformat
import numpy as np
from PIL import Image

from autograder.lessons.compiling import Compiled, compile_lesson
from autograder.lessons.course import Course, Lesson
from autograder.lessons.roles import role_of
from tests.sample_class.students import without_marks

LESSON = "02-filters"
FILE = f"{LESSON}.ipynb"
WORDS = "The same edge can be anywhere in a photo, so one filter serves everywhere."


@dataclass
class HandedIn:
    """What lies in one student's folder.

    Parameters
    ----------
    notebook : dict
        As JSON.
    path : str
        Of the notebook's file, from the student's folder.
    write : callable
        Makes the bytes of the file.
    beside : dict
        What else lies in the folder: bytes by path.
    student : str
        The folder's name.
    """

    notebook: dict
    path: str = f"{LESSON}/{FILE}"
    write: Callable[[dict], bytes] = lambda notebook: json.dumps(notebook, indent=1).encode()
    beside: dict[str, bytes] = field(default_factory=dict)
    student: str = "ada"

    @property
    def cells(self) -> list[dict]:
        return self.notebook["cells"]

    def cell(self, name: str) -> dict:
        """The cell of that id."""
        return next(cell for cell in self.cells if cell.get("id") == name)

    def files(self) -> dict[str, bytes]:
        """All files of the folder: bytes by path."""
        return {self.path: self.write(self.notebook), **self.beside}


Change = Callable[[HandedIn, Random], None]


@dataclass(frozen=True)
class Mutator:
    """One thing that happens to a submission, in one spelling."""

    name: str
    change: Change
    keeps: bool = True


MUTATORS: dict[str, Mutator] = {}


def kind(name: str, keeps: bool = True, **spellings: object) -> Callable[[Change], Change]:
    """Put a mutator into the table; with `spellings`, once for each value it is called with."""

    def add(change: Change) -> Change:
        rows = {name: change}
        if spellings:
            rows = {
                f"{name}: {spelling.replace('_', ' ')}": _called_with(change, value)
                for spelling, value in spellings.items()
            }
        for row, one in rows.items():
            assert row not in MUTATORS, row
            MUTATORS[row] = Mutator(row, one, keeps)
        return change

    return add


def _called_with(change: Callable, value: object) -> Change:
    return lambda handed, random: change(handed, random, value)


@cache
def lesson() -> Lesson:
    """The lesson of the course that comes with the tests."""
    return Course.find().lesson(LESSON)


@cache
def compiled() -> Compiled:
    return compile_lesson(lesson())


@cache
def answers() -> dict[str, str]:
    """The right answer of every exercise, and of the written question, by id."""
    return {
        cell.id: without_marks(cell.source) if role_of(cell) == "exercise" else WORDS
        for cell in compiled().instructor.cells
        if role_of(cell) in ("exercise", "question")
    }


def base() -> HandedIn:
    """A submission with every answer right."""
    return HandedIn(json.loads(_base()))


@cache
def _base() -> str:
    notebook = json.loads(nbformat.writes(compiled().student))
    for cell in notebook["cells"]:
        cell["source"] = answers().get(cell["id"], "".join(cell["source"]))
    return json.dumps(notebook)


def texts(handed: HandedIn) -> list[dict]:
    """The text cells that were given out with text."""
    return [c for c in handed.cells if c["cell_type"] == "markdown" and c["id"] not in answers()]


def markdown(source: str, **more: object) -> dict:
    """A text cell of the student's own."""
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def code(source: str, **more: object) -> dict:
    """A code cell of the student's own."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
        **more,
    }


# --- ends of lines ------------------------------------------------------------------------------


@kind(
    "ends of lines",
    CRLF="\r\n",
    CR="\r",
    trailing_blanks="  \n",
    trailing_tabs="\t\n",
    non_breaking_spaces="\u00a0\n",
)
def line_ends(handed: HandedIn, random: Random, end: str) -> None:
    for cell in handed.cells:
        cell["source"] = cell["source"].replace("\n", end)


@kind("a final newline", one="\n", three="\n\n\n", CRLF="\r\n", blank=" ")
def final_newline(handed: HandedIn, random: Random, end: str) -> None:
    for cell in handed.cells:
        cell["source"] += end


@kind("sources are lists of lines")
def lists(handed: HandedIn, random: Random) -> None:
    for cell in handed.cells:
        cell["source"] = cell["source"].splitlines(keepends=True)


@kind("a byte order mark on the file")
def bom(handed: HandedIn, random: Random) -> None:
    write = handed.write
    handed.write = lambda notebook: b"\xef\xbb\xbf" + write(notebook)


# --- pictures -----------------------------------------------------------------------------------

QUESTION = "why-filters-share"


@cache
def picture(kind: str = "PNG", size: int = 40) -> str:
    """A picture of noise in base64."""
    pixels = np.random.default_rng(size).integers(0, 256, (size, size, 3), dtype=np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return b64encode(file.getvalue()).decode()


def pasted(kind: str = "PNG", size: int = 40) -> str:
    """A picture as Colab pastes it."""
    return f"![sketch](data:image/{kind.lower()};base64,{picture(kind, size)})"


@kind(
    "a picture in the answer",
    PNG=("![s](attachment:s.png)", {"s.png": {"image/png": picture()}}),
    JPEG=("![s](attachment:s.jpg)", {"s.jpg": {"image/jpeg": picture("JPEG")}}),
    GIF=("![s](attachment:s.gif)", {"s.gif": {"image/gif": picture("GIF")}}),
    lines=("![s](attachment:s.png)", {"s.png": {"image/png": picture().splitlines()}}),
    blanks=("![s](attachment:a%20b.png)", {"a b.png": {"image/png": picture()}}),
    brackets=("![s](attachment:a%20(1).png)", {"a%20(1).png": {"image/png": picture()}}),
    title=('![s](attachment:s.png "My sketch")', {"s.png": {"image/png": picture()}}),
    tag=('<img src="attachment:s.png" width=300>', {"s.png": {"image/png": picture()}}),
    reference=("![s][1]\n\n[1]: attachment:s.png", {"s.png": {"image/png": picture()}}),
    twice=("![s](attachment:s) ![s](attachment:s)", {"s": {"image/png": picture()}}),
    never_shown=("", {"s.png": {"image/png": picture()}}),
    lost=("![s](attachment:s.png)", {}),
    lost_with_all=("![s](attachment:s.png)", None),
    another=("![s](attachment:s.png)", {"t.png": {"image/png": picture()}}),
    SVG=("![s](attachment:s.svg)", {"s.svg": {"image/svg+xml": "<svg/>"}}),
    no_picture=("![s](attachment:s.png)", {"s.png": {"image/png": "no picture"}}),
    numbers=("![s](attachment:s.png)", {"s.png": {"image/png": 7}}),
    a_list=("![s](attachment:s.png)", ["s.png"]),
)
def attached(handed: HandedIn, random: Random, value: tuple[str, object]) -> None:
    text, attachments = value
    cell = handed.cell(QUESTION)
    cell["source"] = f"{WORDS}\n\n{text}"
    if attachments is not None:
        cell["attachments"] = attachments


@kind("VS Code's place for a picture")
def attached_inside(handed: HandedIn, random: Random) -> None:
    cell = handed.cell(QUESTION)
    cell["source"] = f"{WORDS}\n\n![s](attachment:s.png)"
    cell["metadata"]["attachments"] = {"s.png": {"image/png": picture()}}


@kind("a picture as text", small=40, of_160_000_letters=200, large=700)
def data_picture(handed: HandedIn, random: Random, size: int) -> None:
    cell = handed.cell(QUESTION)
    cell["source"] = f"{WORDS}\n\n{pasted(size=size)}"


@kind("a picture as text in a cell of the lesson", JPEG="JPEG", GIF="GIF", PNG="PNG")
def data_picture_in_lesson(handed: HandedIn, random: Random, kind: str) -> None:
    random.choice(texts(handed))["source"] += f"\n\n{pasted(kind, 300)}"


@kind("a picture as text among code", answer=True, own=False)
def data_picture_in_code(handed: HandedIn, random: Random, in_answer: bool) -> None:
    text = f"# {pasted(size=200)}"
    if in_answer:
        handed.cell("convolve2d")["source"] += f"\n{text}"
    else:
        handed.cells.append(code(text))


@kind("twenty pictures as text")
def many_pictures(handed: HandedIn, random: Random) -> None:
    handed.cells.extend(markdown(pasted(size=200)) for _ in range(20))


# --- cells that are damaged ---------------------------------------------------------------------


@kind(
    "a cell of the lesson's text",
    null={"source": None},
    number={"source": 12},
    numbers={"source": [1, None, "x"]},
    missing={"source": ...},
    half_an_emoji={"source": "Look \ud83d"},
    of_no_kind={"cell_type": "x"},
    without_a_kind={"cell_type": ...},
    metadata_null={"metadata": None},
    metadata_a_list={"metadata": []},
    without_metadata={"metadata": ...},
    very_long={"source": "word " * 40_000},
    a_line_of_dots={"source": "." * 3_000},
    with_outputs={"outputs": 3},
)
def damaged(handed: HandedIn, random: Random, fields: dict) -> None:
    change(random.choice(texts(handed)), fields)


@kind(
    "an answer",
    metadata_null={"metadata": None},
    without_outputs={"outputs": ...},
    without_a_kind={"cell_type": ...},
    turned_to_text={"cell_type": "markdown"},
    turned_to_raw={"cell_type": "raw"},
    id_null={"id": None},
    id_a_list={"id": []},
    nbgrader_null={"metadata": {"nbgrader": None}},
)
def damaged_answer(handed: HandedIn, random: Random, fields: dict) -> None:
    change(handed.cell("apply-filter"), fields)


@kind(
    "an answer that is lost",
    keeps=False,
    null={"source": None},
    missing={"source": ...},
    number={"source": 3},
    very_long={"source": "# " + "word " * 40_000},
    dots={"source": "x" + ".y" * 3_000},
)
def lost_answer(handed: HandedIn, random: Random, fields: dict) -> None:
    change(handed.cell("apply-filter"), fields)


def change(cell: dict, fields: dict) -> None:
    """Change fields of a cell; `...` takes one away."""
    for name, value in fields.items():
        if value is ...:
            cell.pop(name, None)
        else:
            cell[name] = value


@kind(
    "among the cells",
    null=None,
    a_text="x = 1",
    a_number=7,
    a_list=["x = 1"],
    an_empty_one={},
)
def no_cell(handed: HandedIn, random: Random, value: object) -> None:
    handed.cells.insert(random.randrange(len(handed.cells)), value)


@kind("the format", as_text="4", a_float=4.0, new=5, null=None, old=3, a_list=[4])
def other_format(handed: HandedIn, random: Random, value: object) -> None:
    handed.notebook["nbformat"] = value


@kind("without", nbformat="nbformat", nbformat_minor="nbformat_minor", metadata="metadata")
def without(handed: HandedIn, random: Random, name: str) -> None:
    del handed.notebook[name]


@kind("metadata of the notebook", null=None, a_list=[], text="x")
def odd_metadata(handed: HandedIn, random: Random, value: object) -> None:
    handed.notebook["metadata"] = value


@kind("a thousand empty cells")
def empty_cells(handed: HandedIn, random: Random) -> None:
    handed.cells[:0] = [code("") for _ in range(1_000)]


@kind("a thousand cells of one's own")
def own_cells(handed: HandedIn, random: Random) -> None:
    handed.cells[:0] = [code(f"x = {number}") for number in range(1_000)]


@kind("a novel")
def novel(handed: HandedIn, random: Random) -> None:
    handed.cells[:0] = [markdown("word " * 18_000) for _ in range(7)]


@kind("saved in", UTF_16="utf-16", UTF_8_with_a_mark="utf-8-sig", Windows="cp1252")
def encoded(handed: HandedIn, random: Random, encoding: str) -> None:
    handed.cell(QUESTION)["source"] = WORDS
    handed.write = lambda notebook: json.dumps(notebook, ensure_ascii=False).encode(
        encoding, "replace"
    )


@kind("saved with", blanks=b"  \n", zeros=bytes(64), another_notebook=b'{"cells": []}')
def with_a_tail(handed: HandedIn, random: Random, tail: bytes) -> None:
    write = handed.write
    handed.write = lambda notebook: write(notebook) + tail


@kind("half a file", keeps=False)
def half(handed: HandedIn, random: Random) -> None:
    write = handed.write
    handed.write = lambda notebook: write(notebook)[: len(write(notebook)) // 2]


@kind("notebook format 3")
def format_3(handed: HandedIn, random: Random) -> None:
    old = nbformat.convert(nbformat.from_dict(handed.notebook), 3)
    handed.notebook = json.loads(json.dumps(old))


# --- ids ----------------------------------------------------------------------------------------


def without_ids(cell: dict) -> None:
    cell.pop("id", None)
    cell["metadata"] = {}


@kind("all ids gone")
def ids_gone(handed: HandedIn, random: Random) -> None:
    for cell in handed.cells:
        without_ids(cell)


@kind("ids gone, format", minor_0=0, minor_2=2, minor_4=4, minor_5=5)
def ids_gone_in_format(handed: HandedIn, random: Random, minor: int) -> None:
    ids_gone(handed, random)
    handed.notebook["nbformat_minor"] = minor


@kind("ids only in the metadata")
def ids_in_metadata(handed: HandedIn, random: Random) -> None:
    for cell in handed.cells:
        cell["metadata"] = {"id": cell.pop("id")}


@kind("nbgrader's metadata gone")
def no_nbgrader(handed: HandedIn, random: Random) -> None:
    for cell in handed.cells:
        cell["metadata"] = {}


@kind("ids made anew", JupyterLab="{:08x}", VS_Code="#VSC-{:08x}", Colab="{:012X}")
def new_ids(handed: HandedIn, random: Random, form: str) -> None:
    for cell in handed.cells:
        without_ids(cell)
        cell["id"] = form.format(random.getrandbits(32))
        cell["metadata"] = {"id": cell["id"], "outputId": "x"}


@kind("ids made anew, nbgrader's kept")
def new_cell_ids(handed: HandedIn, random: Random) -> None:
    for cell in handed.cells:
        cell["id"] = f"{random.getrandbits(32):08x}"


@kind(
    "one id on every cell", of_none="x", of_an_answer="apply-filter", of_a_test="apply-filter-test"
)
def same_id(handed: HandedIn, random: Random, name: str) -> None:
    for cell in handed.cells:
        without_ids(cell)
        cell["id"] = name


@kind("without ids, and with one's own cells between")
def ids_gone_and_own_cells(handed: HandedIn, random: Random) -> None:
    ids_gone(handed, random)
    for number in range(30):
        own = code(f"x = {number}") if number % 2 else markdown(f"Note {number}")
        handed.cells.insert(random.randrange(len(handed.cells)), own)


@kind("without ids, and without the lesson's text", keeps=False)
def only_answers(handed: HandedIn, random: Random) -> None:
    handed.cells[:] = [cell for cell in handed.cells if cell.get("id") in answers()]
    ids_gone(handed, random)


@kind("without ids, in another order", keeps=False)
def shuffled(handed: HandedIn, random: Random) -> None:
    ids_gone(handed, random)
    random.shuffle(handed.cells)


@kind("without ids, with guesses written in")
def guesses(handed: HandedIn, random: Random) -> None:
    for cell in texts(handed):
        if "My guess" in cell["source"]:
            cell["source"] += " about half"
    ids_gone(handed, random)


@kind("one answer without its id")
def one_without(handed: HandedIn, random: Random) -> None:
    without_ids(handed.cell(random.choice(sorted(answers()))))


@kind("an answer is split in two", first_half=0, second_half=1)
def split(handed: HandedIn, random: Random, helper_first: int) -> None:
    at = handed.cells.index(handed.cell("apply-filter"))
    helper = copy.deepcopy(handed.cells[at])
    helper["source"] = "def helper(x):\n    return x"
    handed.cells.insert(at + helper_first, helper)


@kind("a copy of an answer's cell that tries it")
def tried_in_a_copy(handed: HandedIn, random: Random) -> None:
    copied = copy.deepcopy(handed.cell("apply-filter"))
    copied["source"] = "apply_filter(np.ones((2, 5, 5)), np.ones((2, 3, 3)), 0)"
    handed.cells.append(copied)


@kind("every cell is there twice")
def all_twice(handed: HandedIn, random: Random) -> None:
    handed.cells.extend(copy.deepcopy(handed.cells))


# --- files --------------------------------------------------------------------------------------


@kind(
    "the notebook is called",
    in_the_students_folder=FILE,
    in_capitals=f"{LESSON}/{LESSON}.IPYNB",
    with_txt=f"{LESSON}/{FILE}.txt",
    with_json=f"{LESSON}/{FILE}.json",
    json_alone=f"{LESSON}/{LESSON}.json",
    without_an_ending=f"{LESSON}/{LESSON}",
    a_folder=f"{LESSON}/{FILE}/{FILE}",
    downloaded_again=f"{LESSON}/{LESSON} (1).ipynb",
    a_copy=f"{LESSON}/Copy of {FILE}",
    Copy1=f"{LESSON}/{LESSON}-Copy1.ipynb",
    by_the_student=f"{LESSON}/ada lovelace final.ipynb",
    by_the_student_and_higher="my work.ipynb",
    deeper=f"{LESSON}/{LESSON}/{FILE}",
    deep=f"{LESSON}/home/ada/work/{FILE}",
    folder_in_capitals=f"02-Filters/{FILE}",
    folder_with_blanks=f"02 filters/{FILE}",
    folder_of_another_name=f"week 2/{FILE}",
    folder_of_a_browser=f"{LESSON} (1)/{FILE}",
)
def moved(handed: HandedIn, random: Random, path: str) -> None:
    handed.path = path


@kind("Moodle's folder", plain="Ada Lovelace_12345_assignsubmission_file_", umlaut="Ada Löwe_1_")
def moodle(handed: HandedIn, random: Random, student: str) -> None:
    handed.path = FILE
    handed.student = student


@kind(
    "a zip",
    of_the_notebook=FILE,
    of_the_folder=f"{LESSON}/{FILE}",
    with_another_name="work/my filters.ipynb",
)
def zipped(handed: HandedIn, random: Random, member: str) -> None:
    write = handed.write
    handed.path = f"{LESSON}.zip"
    handed.write = lambda notebook: zip_of(
        {
            member: write(notebook),
            "__MACOSX/._02-filters.ipynb": b"\0\5\x16\7",
            f"{LESSON}/.ipynb_checkpoints/02-filters-checkpoint.ipynb": write(notebook),
        }
    )


def zip_of(files: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


NOISE = {
    f"{LESSON}/._{FILE}": b"\0\5\x16\7",
    f"{LESSON}/.DS_Store": b"\0\0\0\1Bud1",
    f"{LESSON}/Thumbs.db": b"\xd0\xcf",
    f"{LESSON}/desktop.ini": b"[.ShellClassInfo]",
    f"{LESSON}/.ipynb_checkpoints/{LESSON}-checkpoint.ipynb": b"{}",
    f"__MACOSX/{LESSON}/._{FILE}": b"\0\5\x16\7",
    ".DS_Store": b"\0",
}


@kind("what systems leave in folders")
def noise(handed: HandedIn, random: Random) -> None:
    handed.beside |= NOISE


@kind("what systems leave in folders, and another name")
def noise_and_a_name(handed: HandedIn, random: Random) -> None:
    handed.path = f"{LESSON}/filters.ipynb"
    handed.beside |= NOISE


@kind(
    "other lessons are there", as_they_should="01-small-things", as_lessons="03-padding-and-stride"
)
def other_lessons(handed: HandedIn, random: Random, name: str) -> None:
    handed.beside[f"{name}/{name}.ipynb"] = b"{}"


@kind("the notebook as given out is there too")
def given_out_too(handed: HandedIn, random: Random) -> None:
    handed.path = f"{LESSON}/{LESSON} (1).ipynb"
    handed.beside[f"{LESSON}/old.ipynb"] = nbformat.writes(compiled().student).encode()


@kind("two notebooks, both worked on", keeps=False)
def two_notebooks(handed: HandedIn, random: Random) -> None:
    handed.path = f"{LESSON}/first.ipynb"
    other = base()
    other.cell("apply-filter")["source"] = "def apply_filter(*a):\n    return 1"
    handed.beside[f"{LESSON}/second.ipynb"] = other.write(other.notebook)


@kind("other files are there", text="notes.txt", program="helper.py", archive="data.zip")
def other_files(handed: HandedIn, random: Random, name: str) -> None:
    handed.beside[f"{LESSON}/{name}"] = b"x = 1"


@kind("a folder of something else", keeps=False)
def something_else(handed: HandedIn, random: Random) -> None:
    handed.path = f"{LESSON}/report.pdf"
    handed.write = lambda notebook: b"%PDF-1.4"


@kind("a file of the right name that is empty, beside the notebook")
def empty_beside(handed: HandedIn, random: Random) -> None:
    handed.path = f"{LESSON}/{LESSON} (1).ipynb"
    handed.beside[f"{LESSON}/{FILE}"] = b""


@kind("given out once more below, without ids")
def given_out_below(handed: HandedIn, random: Random) -> None:
    handed.cells.extend(json.loads(nbformat.writes(compiled().student))["cells"])
    ids_gone(handed, random)


@kind("given out once more above, without ids")
def given_out_above(handed: HandedIn, random: Random) -> None:
    handed.cells[:0] = json.loads(nbformat.writes(compiled().student))["cells"]
    ids_gone(handed, random)


# --- answers elsewhere --------------------------------------------------------------------------


@kind(
    "lines added to the set-up cell",
    at_its_end="{}\nimport math",
    at_its_top="import math\n{}",
    a_helper="{}\n\ndef helper(x):\n    return x",
    a_magic="%matplotlib inline\n{}",
)
def added_to_setup(handed: HandedIn, random: Random, lines: str) -> None:
    cell = handed.cell("filters-setup")
    cell["source"] = lines.format("".join(cell["source"]))


@kind(
    "a name of the lesson's is taken",
    check="check = True",
    NumPy="np = 3",
    both="del check, np",
    a_function="def look(x): ...",
)
def name_taken(handed: HandedIn, random: Random, line: str) -> None:
    handed.cells.insert(random.randrange(2, len(handed.cells)), code(line))


@kind("two answers in one cell", keeps=False)
def two_in_one(handed: HandedIn, random: Random) -> None:
    second = handed.cell("convolve2d")
    handed.cells.remove(second)
    first = handed.cell("cross-correlate2d")
    first["source"] = "".join([*first["source"], "\n\n", *second["source"]])


@kind("an answer in a cell of one's own, the stub where it was", keeps=False, earlier=1, later=-1)
def stub_left(handed: HandedIn, random: Random, place: int) -> None:
    cell = handed.cell("convolve2d")
    stub = next(cell.source for cell in compiled().student.cells if cell.id == "convolve2d")
    handed.cells.insert(place % len(handed.cells), code("".join(cell["source"])))
    cell["source"] = stub


@kind("words beside the question's own cell", keeps=False, below=1, above=0)
def words_beside(handed: HandedIn, random: Random, place: int) -> None:
    cell = handed.cell("why-filters-share")
    words = {"cell_type": "markdown", "metadata": {}, "source": WORDS}
    handed.cells.insert(handed.cells.index(cell) + place, words)
    cell["source"] = "YOUR ANSWER HERE"
