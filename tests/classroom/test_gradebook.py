"""The one writer into nbgrader's gradebook."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin
from nbgrader.preprocessors import SaveCells

from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import (
    ClassGradebook,
    Result,
    recording,
    registering,
    tables,
)
from autograder.classroom.report import grade_csv
from autograder.lessons.compiling import Compiled, compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.notebooks import notebook_text
from autograder.running.grade_submission import Graded
from autograder.running.handed_in import HandedCell, Submission
from autograder.running.page import page_of
from autograder.running.rebuild import rebuild

from .broken_off import contents

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
    handed = (HandedCell("markdown", points.pop("answer", "Because."), (QUESTION,)),)
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
        assert again.to_mark == ()
        record(book, lesson, compiled, "ada", check=0, test=3, question=None, answer="No idea.")
        again = grade(book, lesson, "ada")
    assert again.points == 0 + 1.5 + 2.5
    assert again.to_mark == (QUESTION,)
    with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
        comment = nbgrader.find_comment(QUESTION, lesson.name, lesson.name, "ada")
        assert comment.comment == "Well said."
        untouched = nbgrader.find_comment("conv-parameter-count", lesson.name, lesson.name, "ada")
        assert untouched.comment == "No response."


def test_a_mark_stands_for_the_words_it_was_given_for(folder, lesson, compiled):
    def hand_in(answer: str) -> tuple[str, ...]:
        record(book, lesson, compiled, "ada", check=1, test=0, question=None, answer=answer)
        return grade(book, lesson, "ada").to_mark

    def mark(points: float) -> None:
        with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
            marked = nbgrader.find_grade(QUESTION, lesson.name, lesson.name, "ada")
            marked.manual_score, marked.needs_manual_grade = points, False
            nbgrader.db.commit()

    with ClassGradebook(folder, new=True) as book:
        assert hand_in("Because.") == (QUESTION,)
        mark(1)
        assert hand_in("Because.\n\n") == ()
        assert hand_in("Why not?") == (QUESTION,)
        assert hand_in("Why not?") == (QUESTION,), "nobody has looked at these words yet"
        assert hand_in("Because.") == ()
        assert hand_in("Why not?") == (QUESTION,)
        mark(2)
        assert hand_in("Why not?") == ()
        assert hand_in("Because.") == (QUESTION,)
        assert grade(book, lesson, "ada").points == 3


def test_marks_given_before_answers_were_kept_stand_until_something_else_is_handed_in(
    folder, lesson, compiled
):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=0, question=None)
    with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
        marked = nbgrader.find_grade(QUESTION, lesson.name, lesson.name, "ada")
        marked.manual_score, marked.needs_manual_grade = 1.5, False
        nbgrader.db.execute(sqlalchemy.text("drop table autograder_answer"))
        nbgrader.db.commit()
    with ClassGradebook(folder) as book:
        record(book, lesson, compiled, "ada", check=1, test=0, question=None)
        assert grade(book, lesson, "ada").to_mark == ()


def test_feedback_of_odd_names(folder, lesson, compiled):
    names = ["Zoë O'Hara [2]", "*", "..a", "100%"]
    with ClassGradebook(folder, new=True) as book:
        for name in names:
            record(book, lesson, compiled, name, check=1, test=3, question=None)
        pages = [book.write_feedback(lesson, name) for name in names]
    assert all("4 of 6, 2 still to be marked" in page.read_text() for page in pages)
    assert sorted(path.name for path in folder.feedback.iterdir()) == sorted(names)


def test_a_page_is_the_one_that_nbgrader_would_make(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=2.25, question=None)
        ours = book.page(lesson, "ada").read_text()
        theirs = book.write_feedback(lesson, "ada").read_text()
    assert "3.25 of 6" in ours
    assert "No response." in ours
    assert "Content-Security-Policy" in theirs
    assert BeautifulSoup(ours, "html.parser") == BeautifulSoup(theirs, "html.parser")


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


SECOND = '''
# %% [markdown] role="question" id="why-many" points=3
r"""
Why are there many?

### BEGIN SOLUTION
Each looks for something else.
### END SOLUTION
"""
'''

GIVEN = {"auto_score": None, "manual_score": 1.5, "extra_credit": 0.25}


def mark_question(folder: ClassFolder, lesson: Lesson) -> None:
    """Give ada points and a comment for the question, as Formgrader does."""
    with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
        marked = nbgrader.find_grade(QUESTION, lesson.name, lesson.name, "ada")
        marked.manual_score, marked.extra_credit = 1.5, 0.25
        marked.needs_manual_grade = False
        comment = nbgrader.find_comment(QUESTION, lesson.name, lesson.name, "ada")
        comment.manual_comment = "Well said."
        nbgrader.db.commit()


def in_nbgrader(folder: ClassFolder, lesson: Lesson) -> tuple[float, float, set[str], str]:
    """What nbgrader says of ada: points, of how many, in which cells, and its export."""
    to = folder.root / "theirs.csv"
    with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
        CsvExportPlugin(to=str(to)).export(nbgrader)
        submission = nbgrader.find_submission(lesson.name, "ada")
        (notebook,) = submission.notebooks
        cells = {one.name for one in notebook.grades} | {one.name for one in notebook.comments}
        return submission.score, submission.max_score, cells, to.read_text()


@pytest.fixture
def marked(folder, lesson, compiled) -> ClassFolder:
    """A class in which ada has been graded and marked."""
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=3, question=None)
    mark_question(folder, lesson)
    return folder


def test_a_question_is_added_to_a_lesson_that_has_been_graded(marked, lesson, write_lesson):
    lesson.source.write_text(lesson.source.read_text() + SECOND)
    with ClassGradebook(marked) as book:
        told = book.register(lesson, compile_lesson(lesson))
        ada = grade(book, lesson, "ada")
    assert told == ["01-small has why-many now, which it did not have before"]
    assert (ada.points, ada.max_points, ada.to_mark) == (5.75, 9, ("why-many",))
    score, most, cells, export = in_nbgrader(marked, lesson)
    assert (score, most, cells) == (5.75, 9, {CHECK, TEST, QUESTION, ANSWER, "why-many"})
    assert export.splitlines()[1].endswith(",5.75,0.0,5.75,9.0")


def test_a_question_is_dropped_and_comes_back(marked, lesson, compiled, write_lesson):
    text = lesson.source.read_text()
    lesson.source.write_text(text[: text.index("# %% [markdown] role")])
    with ClassGradebook(marked) as book:
        told = book.register(lesson, compile_lesson(lesson))
        ada = grade(book, lesson, "ada")
        assert told == [
            "01-small no longer has why-small: what 1 student had for that no longer counts, "
            "and is kept in the gradebook's table autograder_dropped"
        ]
        assert book.register(lesson, compile_lesson(lesson)) == []
    assert (ada.points, ada.max_points, ada.to_mark) == (4, 4, ())
    assert in_nbgrader(marked, lesson)[:3] == (4, 4, {CHECK, TEST, ANSWER})
    engine = sqlalchemy.create_engine(f"sqlite:///{marked.gradebook}")
    with engine.connect() as connection:
        (row,) = connection.execute(sqlalchemy.text("select * from autograder_dropped")).mappings()
        orphans = "select count(*) from {} where {} not in (select id from base_cell)"
        for table, column in (("grade", "cell_id"), ("comment", "cell_id"), ("grade_cells", "id")):
            assert connection.scalar(sqlalchemy.text(orphans.format(table, column))) == 0
    engine.dispose()
    assert {name: row[name] for name in GIVEN} == GIVEN
    assert (row["student"], row["cell"]) == ("ada", QUESTION)
    assert (row["manual_comment"], row["max_score"]) == ("Well said.", 2)
    lesson.source.write_text(text)
    with ClassGradebook(marked) as book:
        told = book.register(lesson, compile_lesson(lesson))
        assert told == [
            "01-small has why-small now, which it did not have before",
            "01-small: what was kept for a cell that is back counts again",
        ]
        assert (grade(book, lesson, "ada").points, grade(book, lesson, "ada").to_mark) == (5.75, ())
        record(book, lesson, compiled, "ada", check=1, test=3, question=None)
        assert grade(book, lesson, "ada").to_mark == (), "the words are those that were marked"
    with Gradebook(f"sqlite:///{marked.gradebook}") as nbgrader:
        comment = nbgrader.find_comment(QUESTION, lesson.name, lesson.name, "ada")
        assert comment.comment == "Well said."


def test_a_question_is_renamed_and_its_marks_stay(marked, lesson, write_lesson):
    lesson = write_lesson(('id="why-small"', 'id="why-tiny"'))
    with ClassGradebook(marked) as book:
        told = book.register(lesson, compile_lesson(lesson))
        ada = grade(book, lesson, "ada")
    assert told == ["01-small: the cell why-small is called why-tiny now; its marks are kept"]
    assert ada.exercises == {"conv-parameter-count": 4, "why-tiny": 1.75}
    with Gradebook(f"sqlite:///{marked.gradebook}") as nbgrader:
        comment = nbgrader.find_comment("why-tiny", lesson.name, lesson.name, "ada")
        assert comment.comment == "Well said."


def test_the_migration_of_a_lesson_is_whole_or_not_at_all(marked, lesson, monkeypatch):
    before = contents(f"sqlite:///{marked.gradebook}")
    text = lesson.source.read_text()
    lesson.source.write_text(text[: text.index("# %% [markdown] role")] + SECOND)

    def fail(*_):
        raise OSError("the power goes")

    monkeypatch.setattr(registering, "_bring_back", fail)
    with ClassGradebook(marked) as book, pytest.raises(OSError, match="the power goes"):
        book.register(lesson, compile_lesson(lesson))
    assert contents(f"sqlite:///{marked.gradebook}") == before


def test_other_points_and_another_text_change_no_mark(marked, lesson, write_lesson):
    lesson = write_lesson(
        ("points=2", "points=5"), ("Why are filters small?", "Why are they small?")
    )
    with ClassGradebook(marked) as book:
        assert book.register(lesson, compile_lesson(lesson)) == []
        ada = grade(book, lesson, "ada")
    assert (ada.points, ada.max_points, ada.to_mark) == (5.75, 9, ())


def test_a_lesson_is_registered_as_nbgrader_would(folder, lesson, compiled, tmp_path):
    theirs = f"sqlite:///{tmp_path / 'theirs.db'}"
    resources = {"nbgrader": {"notebook": lesson.name, "assignment": lesson.name, "db_url": theirs}}
    with Gradebook(theirs) as nbgrader:
        nbgrader.add_assignment(lesson.name)
        SaveCells().preprocess(compiled.master, resources)
    with ClassGradebook(folder, new=True) as book:
        assert book.register(lesson, compiled) == []
        create_tables(theirs)
        assert contents(f"sqlite:///{folder.gradebook}") == contents(theirs)


def create_tables(url: str) -> None:
    """Make our tables beside nbgrader's."""
    engine = sqlalchemy.create_engine(url)
    tables.OURS.create_all(engine)
    engine.dispose()


# nbgrader's rows decide


def test_our_rows_do_not_stand_alone(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        for name in ("ada", "bob", "eve"):
            record(book, lesson, compiled, name, check=1, test=3, question=None)
        assert set(book.digests(lesson)) == {"ada", "bob", "eve"}
    with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
        nbgrader.remove_student("ada")
        nbgrader.remove_submission_notebook(lesson.name, lesson.name, "bob")
        lost = nbgrader.find_grade(TEST, lesson.name, lesson.name, "eve")
        nbgrader.db.delete(lost)
        nbgrader.db.commit()
    with ClassGradebook(folder) as book:
        assert book.digests(lesson) == {}
        for name in ("ada", "bob", "eve"):
            record(book, lesson, compiled, name, check=1, test=3, question=None)
        assert [one.points for one in book.grades(lesson)] == [4, 4, 4]
        assert set(book.digests(lesson)) == {"ada", "bob", "eve"}
    with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
        nbgrader.remove_assignment(lesson.name)
    with ClassGradebook(folder) as book:
        book.register(lesson, compiled)
        assert book.digests(lesson) == {}
        assert book.grades(lesson) == []


# nbgrader builds a submission before it is in the session, on purpose.
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_rows_that_nbgrader_made_without_grading_are_not_taken_for_grades(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=3, question=None)
    with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
        nbgrader.remove_student("ada")
        nbgrader.add_student("ada")
        nbgrader.add_submission(lesson.name, "ada")
    with ClassGradebook(folder) as book:
        assert book.digests(lesson) == {}


def test_a_page_that_was_due_for_somebody_who_is_gone_is_forgotten(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=3, question=None)
        book.page(lesson, "ada").unlink()
        book.ask_for_missing_pages(lesson, ["ada"])
        with Gradebook(f"sqlite:///{folder.gradebook}") as nbgrader:
            nbgrader.remove_student("ada")
        book.write_pages_due(lesson)
        book.write_pages_due(lesson)
        assert not book.page(lesson, "ada").exists()


# Attempts


def test_an_earlier_attempt_with_more_points_is_told(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        record(book, lesson, compiled, "ada", check=1, test=3, question=None, timestamp=WHEN)
        assert grade(book, lesson, "ada").looks == ()
        record(book, lesson, compiled, "ada", check=0, test=0, question=0, answer="")
        assert grade(book, lesson, "ada").looks == (
            "earlier attempt of 2026-11-20 10:00 had 4 points",
        )
        record(book, lesson, compiled, "ada", check=1, test=3, question=None, timestamp=WHEN)
        assert grade(book, lesson, "ada").looks == ()


def test_an_attempt_is_kept_with_what_a_person_gave(marked, lesson, compiled):
    with ClassGradebook(marked) as book:
        record(book, lesson, compiled, "ada", check=0, test=0, question=None, answer="Hm.")
        (look,) = grade(book, lesson, "ada").looks
    assert look.endswith(" had 5.75 points")


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


def test_the_history_of_a_student(folder, lesson, compiled):
    with ClassGradebook(folder, new=True) as book:
        assert book.history("ada") == []
        record(book, lesson, compiled, "ada", check=1, test=3, question=None, timestamp=WHEN)
        record(book, lesson, compiled, "ada", check=0, test=0, question=0, answer="")
        first, second = book.history("ada")
    assert first == "01-small  2026-11-20 10:00  4 points"
    assert second.endswith("  0 points  (counts)")
