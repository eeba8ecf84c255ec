"""`mark` shows one question for all students, and writes what Formgrader would."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.classroom.gradebook.tables import COMMENT, POINTS
from autograder.classroom.grading import Options, grade_class
from autograder.classroom.marking import Criterion, Marking, Question, question_of
from autograder.classroom.marking.scheme import read_scheme
from autograder.classroom.marking.server import MarkingServer
from autograder.cli import main
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course, Lesson
from autograder.lessons.errors import ClassroomError

from . import broken_off
from .broken_off import NAME, hand_in, students

COUNT = 4
LESSONS = Course.find().lessons()


@pytest.fixture
def folder(lesson: Lesson) -> ClassFolder:
    folder = ClassFolder(lesson.root)
    hand_in(folder, lesson, COUNT)
    names = students(COUNT)
    list(grade_class(lesson, folder, names, Options(workers=1), work=broken_off.work))
    return folder


@contextmanager
def marking(lesson: Lesson, folder: ClassFolder) -> Iterator[Marking]:
    question = question_of(lesson, compile_lesson(lesson), "why-small")
    with ClassGradebook(folder) as book:
        yield Marking(book, lesson, question)


def rows(folder: ClassFolder) -> list[tuple]:
    """All that nbgrader has of points and comments."""
    engine = sa.create_engine(f"sqlite:///{folder.gradebook}")
    with engine.connect() as connection:
        found = [tuple(row) for t in (POINTS, COMMENT) for row in connection.execute(sa.select(t))]
    engine.dispose()
    return sorted(found, key=repr)


@pytest.mark.parametrize("each", LESSONS, ids=lambda one: one.name)
def test_every_lessons_scheme_gives_criteria_that_make_up_the_points(each):
    for part in each.source.read_text(encoding="utf-8").split('role="question"')[1:]:
        points = float(re.findall(r"points=(\d+)", part)[0])
        answer, criteria = read_scheme(part.partition("### END SOLUTION")[0])
        assert answer
        assert sum(one.points for one in criteria if one.points >= 1) == points


def test_a_scheme_that_is_missing_leaves_one_criterion(lesson):
    question = question_of(lesson, compile_lesson(lesson), "why-small")
    assert question.criteria == (Criterion(2.0, "A right answer."),)
    with pytest.raises(ClassroomError, match="no question 'why'; there are: why-small"):
        question_of(lesson, compile_lesson(lesson), "why")


def test_a_mark_is_the_rows_that_formgrader_writes(lesson, folder):
    before = rows(folder)
    with marking(lesson, folder) as ours:
        assert [one.to_mark for one in ours.answers()].count(True) > 0
        number = next(at for at, one in enumerate(ours.answers()) if one.to_mark)
        ours.mark(number, 1.5, " Say why. ", [None, ""])
        student = ours._order[number]
        written = rows(folder)
        assert ours.comments() == ["Say why."]
        ours.mark(number, None, "", [1.5, "Say why."])
    assert rows(folder) == before
    formgrader(folder, student, 1.5, "Say why.")
    assert rows(folder) == written


def formgrader(folder: ClassFolder, student: str, points: float, comment: str) -> None:
    """What the handlers of nbgrader's Formgrader do with a mark and a comment."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder.gradebook}") as book:
        grade = book.find_grade("why-small", NAME, NAME, student)
        grade.manual_score, grade.extra_credit = points, None
        grade.needs_manual_grade = grade.manual_score is None and grade.auto_score is None
        book.find_comment("why-small", NAME, NAME, student).manual_comment = comment
        book.db.commit()


def test_answers_come_without_names_in_an_order_that_stays(lesson, folder):
    with marking(lesson, folder) as one, marking(lesson, folder) as other:
        assert one._order == other._order
        assert sorted(one._order) == students(COUNT)
        assert "student" not in json.dumps([answer.as_json() for answer in one.answers()])


WRONG = {
    "too many points": (0, 2.5, "", [None, ""], "from 0 to 2 points"),
    "fewer than none": (0, -1, "", [None, ""], "from 0 to 2 points"),
    "no number": (0, float("nan"), "", [None, ""], "from 0 to 2 points"),
    "a truth": (0, True, "", [None, ""], "from 0 to 2 points"),
    "nobody": (99, 1, "", [None, ""], "no such answer"),
    "below the first": (-1, 1, "", [None, ""], "no such answer"),
    "an endless comment": (0, 1, "x" * 20_000, [None, ""], "10,000 characters at most"),
    "another was quicker": (0, 1, "", [0.5, ""], "Somebody else has marked this answer"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_mark_is_one_sentence_and_writes_nothing(what, lesson, folder):
    *mark, said = WRONG[what]
    before = rows(folder)
    with marking(lesson, folder) as ours, pytest.raises(ClassroomError, match=said):
        ours.mark(*mark)
    assert rows(folder) == before


@contextmanager
def served(lesson: Lesson, folder: ClassFolder) -> Iterator[MarkingServer]:
    with marking(lesson, folder) as ours, MarkingServer(ours) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def ask(server: MarkingServer, method: str, path: str, body: bytes = b"", **headers: str):
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, names)
        reply = connection.getresponse()
        return reply.status, reply.read().decode(), reply.headers
    finally:
        connection.close()


def test_the_page_is_for_who_has_the_token_on_this_machine_only(lesson, folder):
    with served(lesson, folder) as server:
        place = urlsplit(server.url)
        assert (place.hostname, server.server_address[0]) == ("127.0.0.1", "127.0.0.1")
        path = f"/?{place.query}"
        status, page, headers = ask(server, "GET", path)
        assert (status, headers["Referrer-Policy"]) == (200, "no-referrer")
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert not any(name in page for name in students(COUNT))
        mark = json.dumps({"number": 0, "points": 1, "comment": "", "before": [None, ""]}).encode()
        before = rows(folder)
        for method, where, body, more in (
            ("GET", "/", b"", {}),
            ("GET", "/?token=guess", b"", {}),
            ("GET", "/?token=%C3%A9", b"", {}),
            ("GET", path, b"", {"Host": f"evil.example:{server.server_port}"}),
            ("PUT", "/", mark, {}),
            ("PUT", "/", mark, {"X_Token": "guess"}),
            ("PUT", "/", mark, {"X_Token": server.token, "Host": "evil.example"}),
        ):
            assert ask(server, method, where, body, **more)[0] == 403, (method, where, more)
        assert ask(server, "GET", f"/gradebook.db{path[1:]}")[0] == 404
        too_much = {"Content_Length": "200000"}
        for body, more in [(b"{", {}), (b"[]", {}), (b"{}", {}), (b"3", {}), (b"", too_much)]:
            status, said, _ = ask(server, "PUT", "/", body, X_Token=server.token, **more)
            assert (status, said) == (400, "That is no mark: load the page again.")
        assert rows(folder) == before
        status, said, _ = ask(server, "PUT", "/", mark, X_Token=server.token)
        assert (status, json.loads(said)["answer"]["points"]) == (200, 1)
        assert rows(folder) != before


def test_an_answer_that_is_a_program_stays_text(lesson, folder, monkeypatch):
    evil = "</script><script>document.title = 'run'</script>"
    monkeypatch.setattr("autograder.classroom.marking.answers._text", lambda *_: evil)
    with served(lesson, folder) as server:
        page = ask(server, "GET", f"/?{urlsplit(server.url).query}")[1]
    assert page.count("</script>") == 2
    assert page.count("<script") == 2


def test_the_command_marks_until_it_is_stopped_and_then_writes_the_pages(
    lesson, folder, monkeypatch, capsys
):
    def mark_one_and_stop(server: MarkingServer) -> None:
        server.marking.mark(0, 2, "Well said.", [None, ""])
        raise KeyboardInterrupt

    monkeypatch.chdir(lesson.root)
    monkeypatch.setattr(MarkingServer, "serve_forever", mark_one_and_stop)
    assert main(["mark", lesson.name, "why-small", "--no-browser"]) == 0
    assert re.search(r"http://127\.0\.0\.1:\d+/\?token=\S{40,}\n", capsys.readouterr().out)
    pages = folder.feedback.glob(f"*/{lesson.name}/*.html")
    assert sum("Well said." in page.read_text() for page in pages) == 1


def test_before_anything_is_graded_there_is_nothing_to_mark(lesson, monkeypatch, capsys):
    monkeypatch.chdir(lesson.root)
    assert main(["mark", lesson.name, "why-small", "--no-browser"]) == 1
    assert "Nothing has been graded into" in capsys.readouterr().err


def test_a_question_is_plain_data():
    question = Question("why", 2.0, "So.", (Criterion(2.0, "Right."),))
    assert json.loads(json.dumps(question.as_json()))["criteria"] == [
        {"points": 2.0, "text": "Right."}
    ]
