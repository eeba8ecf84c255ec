"""The one writer into nbgrader's gradebook."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook

from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook, Result, recording
from autograder.classroom.report import grade_csv
from autograder.lessons.compiling import Compiled, compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.notebooks import notebook_text
from autograder.running.grade_submission import Graded
from autograder.running.handed_in import HandedCell, Submission
from autograder.running.page import page_of
from autograder.running.rebuild import rebuild

CHECK, TEST = "conv-parameter-count-check", "conv-parameter-count-test"
QUESTION = "why-small"
ANSWER = "conv-parameter-count"
WHEN = "2026-11-20 10:00:00 UTC"


@pytest.fixture
def lesson(write_lesson) -> Lesson:
    return write_lesson()


@pytest.fixture
def compiled(lesson) -> Compiled:
    return compile_lesson(lesson)


@pytest.fixture
def folder(tmp_path: Path) -> ClassFolder:
    (tmp_path / "class").mkdir()
    return ClassFolder(tmp_path / "class")


def record(book: ClassGradebook, lesson: Lesson, compiled: Compiled, student: str, **points):
    """Record a submission in which only the question was answered."""
    handed = (HandedCell("markdown", "Because.", (QUESTION,)),)
    when = points.pop("timestamp", "")
    submission = Submission(student, lesson.name, handed, timestamp=when)
    notebook = rebuild(compiled.master, compiled.student, submission).notebook
    names = {"check": CHECK, "test": TEST, "question": QUESTION}
    given = {names[name]: value for name, value in points.items()}
    untouched = (ANSWER,)
    page = page_of(notebook, lesson.name, student, given, untouched)
    graded = Graded(notebook_text(notebook), given, untouched, (), page, 5, {"run": 1.0})
    book.register(lesson, compiled)
    book.record(lesson, [Result(submission, "digest of " + student, graded)])


def grade(book: ClassGradebook, lesson: Lesson, student: str):
    (one,) = book.grades(lesson, [student])
    return one


def test_points_come_back_by_exercise(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "bob", check=1, test=2.25, question=None)
        record(book, lesson, compiled, "ada", check=0, test=0, question=0)
        ada, bob = book.grades(lesson)
    assert (ada.student, ada.points, ada.max_points, ada.to_mark) == ("ada", 0, 6, ())
    assert (bob.student, bob.points, bob.to_mark) == ("bob", 3.25, (QUESTION,))
    assert list(bob.exercises.items()) == [("conv-parameter-count", 3.25), (QUESTION, 0)]
    assert grade_csv([ada, bob]).splitlines() == [
        f"student,lesson,points,max_points,conv-parameter-count,{QUESTION},to_mark,needs_a_look",
        "ada,01-small,0,6,0,0,,",
        f"bob,01-small,3.25,6,3.25,0,{QUESTION},",
    ]


def test_grading_again_keeps_what_a_person_gave(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=0, question=None)
    with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
        marked = nbgrader.find_grade(QUESTION, lesson.name, lesson.name, "ada")
        marked.manual_score, marked.needs_manual_grade = 1.5, False
        raised = nbgrader.find_grade(TEST, lesson.name, lesson.name, "ada")
        raised.manual_score, raised.extra_credit = 2, 0.5
        comment = nbgrader.find_comment(QUESTION, lesson.name, lesson.name, "ada")
        comment.manual_comment = "Well said."
        nbgrader.db.commit()
    with ClassGradebook(folder) as book:
        assert grade(book, lesson, "ada").points == 1 + 1.5 + 2.5
        record(book, lesson, compiled, "ada", check=0, test=3, question=None)
        again = grade(book, lesson, "ada")
    assert again.points == 0 + 1.5 + 2.5
    assert again.to_mark == ("conv-parameter-count", QUESTION)
    with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
        comment = nbgrader.find_comment(QUESTION, lesson.name, lesson.name, "ada")
        assert comment.comment == "Well said."
        untouched = nbgrader.find_comment("conv-parameter-count", lesson.name, lesson.name, "ada")
        assert untouched.comment == "No response."


def test_feedback_of_odd_names(folder, lesson, compiled):
    names = ["Zoë O'Hara [2]", "*", "..a", "100%"]
    with ClassGradebook(folder, new=True) as book:
        for name in names:
            record(book, lesson, compiled, name, check=1, test=3, question=None)
        pages = [book.write_feedback(lesson, name) for name in names]
    assert all("Score: 4.0 / 6.0" in page.read_text() for page in pages)
    assert sorted(path.name for path in folder.feedback.iterdir()) == sorted(names)


def test_a_page_is_the_one_that_nbgrader_would_make(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=2.25, question=None)
        ours = book.page(lesson, "ada").read_text()
        theirs = book.write_feedback(lesson, "ada").read_text()
    assert "Score: 3.25 / 6.0" in ours
    assert "No response." in ours
    assert str(BeautifulSoup(ours, "html.parser")) == theirs  # which nbconvert has read again


# nbgrader builds a submission before it is in the session, on purpose.
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_rows_are_those_that_nbgrader_would_write(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=2.25, question=None, timestamp=WHEN)
    with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
        nbgrader.add_student("bob")
        nbgrader.add_submission(lesson.name, "bob", timestamp=WHEN)
        ours, theirs = (nbgrader.find_submission(lesson.name, name) for name in ("ada", "bob"))
        assert (ours.score, ours.max_score, ours.timestamp) == (3.25, 6, theirs.timestamp)
        for kind in ("grades", "comments"):
            mine, yours = (sorted(getattr(s.notebooks[0], kind), key=lambda row: row.name)
                           for s in (ours, theirs))  # fmt: skip
            assert [row.cell_id for row in mine] == [row.cell_id for row in yours]
        assert ours.notebooks[0].notebook_id == theirs.notebooks[0].notebook_id
        assert ours.notebooks[0].flagged is False


def test_a_batch_is_recorded_whole_or_not_at_all(folder, lesson, compiled, monkeypatch):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=3, question=None)
        row = {"student": "bob", "lesson": lesson.name, "digest": None, "looks": ""}
        monkeypatch.setattr(recording, "run_row", lambda *_: row)
        with pytest.raises(sqlalchemy.exc.IntegrityError):
            record(book, lesson, compiled, "bob", check=1, test=3, question=None)
        assert [one.student for one in book.grades(lesson)] == ["ada"]
        assert book.digests(lesson) == {"ada": "digest of ada"}


def test_a_gradebook_that_cannot_be_written_to_is_told_in_a_sentence(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=3, question=None)
    readable = f"sqlite:///file:{folder.gradebook}?mode=ro&uri=true"
    with ClassGradebook(folder, readable) as book:
        assert grade(book, lesson, "ada").points == 4
        with pytest.raises(ClassroomError, match=r"cannot be written to: .*readonly"):
            record(book, lesson, compiled, "bob", check=1, test=3, question=None)


def test_the_seed_of_a_class_is_made_once(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        first = book.class_seed()
        assert book.class_seed() == first
    with ClassGradebook(folder) as book:
        assert book.class_seed() == first
    assert len(first) == 32


def test_a_lesson_that_changed_under_a_class(folder, lesson, compiled, write_lesson):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=3, question=None)
    changed = compile_lesson(write_lesson(('id="why-small"', 'id="why-tiny"')))
    with ClassGradebook(folder) as book, pytest.raises(ClassroomError, match="other graded cells"):
        book.register(lesson, changed)


def test_no_gradebook_and_a_broken_one(folder):
    with pytest.raises(ClassroomError, match="Nothing has been graded"):
        ClassGradebook(folder)
    folder.gradebook.write_text("not a database, but long enough to look like one " * 50)
    with pytest.raises(ClassroomError, match="cannot be opened"):
        ClassGradebook(folder)


def test_a_gradebook_is_where_nbgrader_is_told_it_is(lesson, compiled, folder, tmp_path):
    url = f"sqlite:///{tmp_path / 'other.db'}"
    (folder.root / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.db_url = {url!r}\n"
    )
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1.0, test=0.0, question=None)
    assert not folder.gradebook.exists()
    with Gradebook(url) as nbgraders:
        assert [student.id for student in nbgraders.students] == ["ada"]
    with ClassGradebook(folder) as book:
        assert grade(book, lesson, "ada").points == 1.0


def test_a_config_that_cannot_be_read_is_told(folder):
    (folder.root / "nbgrader_config.py").write_text("c = get_config(\n")
    with pytest.raises(ClassroomError, match=r"nbgrader_config\.py cannot be read: "):
        ClassGradebook(folder, new=True)
