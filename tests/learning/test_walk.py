"""A learner's first hour in JupyterLab, in a real browser: wrong, helped, right, and remembered.

The suite walks one lesson. `WALK=all`, or the names of lessons, walks others too; with
`WALK_PICTURES=FOLDER` pictures are kept of what was seen, light and dark.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

import pytest
from PIL import Image

from autograder.datasets import data_path
from autograder.exercises import LESSONS, Exercise, find, of_lesson
from autograder.judging import judge
from autograder.learning import record
from autograder.learning.progressing import standings
from autograder.learning.solutions import code_of
from tests import jupyterlab
from tests.jupyterlab import code_cells, open_lesson, output, run, see, stop_kernels, write_course

ASKED = os.environ.get("WALK", "02-filters").split()
WALKED = LESSONS if ASKED == ["all"] else tuple(ASKED)

PICTURES = os.environ.get("WALK_PICTURES")


@dataclass(frozen=True)
class Walk:
    """A lesson as it is walked: only the cells that are needed, with all the browser is slow.

    Parameters
    ----------
    first : Exercise
        The lesson's first of which a mistake has a picture: a table's rows and a value have none.
    cells : list of dict
        Code that is given before it, the exercise, its check, and the progress.
    """

    first: Exercise
    cells: list[dict]

    @property
    def lesson(self) -> str:
        return self.first.lesson

    @property
    def given(self) -> int:
        """How many cells stand before the exercise."""
        return [cell["id"] for cell in self.cells].index(self.first.id)

    @property
    def wrong(self) -> str:
        """A wrong answer to type, which is the first mistake of the catalogue."""
        imported = "from autograder.exercises import find"
        return (
            f'{imported}\n{self.first.function_name} = find("{self.first.id}").mistakes[0].answer'
        )

    @property
    def told(self) -> str:
        """Words of that mistake's sentence that stand together on the page."""
        parts = re.split(r"[`“”\"]", self.first.mistakes[0].sentence)
        return max(parts, key=len).strip()

    def passed(self, count: int) -> str:
        return f"{count} of {len(of_lesson(self.lesson))} checks passed"


def has_picture(exercise: Exercise) -> bool:
    """Whether the mistake that is typed for an exercise is drawn."""
    return judge(exercise.id, exercise.mistakes[0].answer).picture is not None


def role_of(cell: dict) -> str:
    """The role of a cell, as far as it matters here."""
    said = cell["metadata"].get("nbgrader", {})
    return "given" if said.get("locked") and not said.get("grade") else ""


def walk_through(lesson: str) -> Walk:
    first = next(one for one in of_lesson(lesson) if has_picture(one))
    code = code_cells(lesson)
    at = next(number for number, cell in enumerate(code) if cell["id"] == first.id)
    looks = {f"{one.id}-look" for one in of_lesson(lesson)}
    given = [cell for cell in code[:at] if role_of(cell) == "given" and cell["id"] not in looks]
    check = [cell for cell in code if cell["id"] == f"{first.id}-check"]
    progress = [cell for cell in code if "".join(cell["source"]).startswith("progress(")]
    return Walk(first, [*given, code[at], *check, *progress])


def pictured(page, number: int, name: str) -> None:
    jupyterlab.pictured(page, number, PICTURES, name)


@pytest.mark.parametrize("lesson", WALKED)
def test_a_learner_is_told_the_mistake_helped_and_remembered(lesson, tmp_path):
    walk = walk_through(lesson)
    exercise = walk.given
    check, progress, own = range(exercise + 1, exercise + 4)
    folder = write_course(tmp_path, lesson, walk.cells)
    with jupyterlab.served(folder, tmp_path) as server, jupyterlab.opened() as page:
        open_lesson(page, server, lesson, own + 1)
        for number in range(exercise):
            run(page, number)
        run(page, exercise, walk.wrong)
        run(page, check)
        see(page, check, walk.told)
        output(page, check).locator("svg, img").first.wait_for()
        pictured(page, check, f"{lesson}-mistake")
        run(page, own, f'from autograder import hint\nhint("{walk.first.id}")')
        see(page, own, f"Hint 1 of 3 for {walk.first.id}")
        pictured(page, own, f"{lesson}-hint")
        run(page, progress)
        see(page, progress, walk.passed(0))
        run(page, exercise, code_of(walk.first))
        run(page, check)
        run(page, progress)
        see(page, progress, walk.passed(1))
        page.keyboard.press("Control+s")
        pictured(page, progress, f"{lesson}-progress")
        stop_kernels(page, server)
        open_lesson(page, server, lesson, own + 1)
        for number in range(exercise):
            run(page, number)
        run(page, progress)
        see(page, progress, walk.passed(1))
    assert standings(folder / record.FILE)[walk.first.id].passed


ANSWERED = ("residual-block", "depthwise-conv", "name-photo")
NEEDED = ("after-vgg-setup", "photo-rows", "photo-run", *ANSWERED)


def photo_cells() -> list[dict]:
    """What lesson 09 needs to name a photo, its answers in; last the cell that names one's own."""
    code = code_cells("09-after-vgg")
    for cell in code:
        if cell["id"] in ANSWERED:
            cell["source"] = code_of(find(cell["id"]))
    asks = re.compile(r"network = photo_network|my_photo =")
    return [cell for cell in code if cell["id"] in NEEDED or asks.search("".join(cell["source"]))]


def put_photos_beside(folder) -> None:
    """A palace as a phone keeps it, lying on its side, and what is no photo."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it right by a quarter when it is shown
    with Image.open(data_path("china.jpg")) as photo:
        photo.rotate(90, expand=True).save(folder / "my photo.jpg", exif=exif)
    (folder / "notes.jpg").write_text("no photo", encoding="utf-8")


@pytest.mark.skipif("09-after-vgg" not in WALKED, reason="walked with WALK=09-after-vgg, or all")
def test_a_photo_put_in_beside_the_notebook_gets_its_names(tmp_path):
    cells = photo_cells()
    own = len(cells) - 1
    mine = "".join(cells[own]["source"])
    folder = write_course(tmp_path, "09-after-vgg", cells)
    put_photos_beside(folder / "09-after-vgg")
    with jupyterlab.served(folder, tmp_path) as server, jupyterlab.opened() as page:
        open_lesson(page, server, "09-after-vgg", len(cells) + 1)
        for number in range(own):
            run(page, number)
        run(page, own, mine.replace('data_path("chelsea.png")', '"my photo.jpg"'))
        see(page, own, "palace")
        pictured(page, own, "09-photo")
        run(page, own, mine.replace('data_path("chelsea.png")', '"notes.jpg"'))
        see(page, own, "notes.jpg")
        assert "Traceback" not in output(page, own).inner_text()
        pictured(page, own, "09-no-photo")
