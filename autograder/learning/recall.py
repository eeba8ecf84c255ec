"""When which question is asked again: each answer is kept, and says how long to wait."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import record
from .questions import Question

if TYPE_CHECKING:
    from fsrs import Card

NEW_AT_ONCE = 5
"""Questions that were never asked before, of those that are due."""

GRADES = {"1": "Again", "2": "Hard", "3": "Good", "4": "Easy"}
"""What a learner says of an answer of their own, by the key."""


class NoScheduler(ImportError):
    """The packages that recall needs are not there; the message says how to get them."""


class NotKept(OSError):
    """An answer cannot be kept; the message says why."""


def cards(path: Path | None = None) -> dict[str, Card]:
    """What is known of each question that was asked, by its id.

    Raises
    ------
    NoScheduler
        If the package fsrs is not there.
    """
    try:
        from fsrs import Card
    except ImportError:
        raise NoScheduler(
            "recall needs the package fsrs: pip install 'cnn-course-autograder[learn]', or "
            "pip install -e '.[learn]' in the folder of the course."
        ) from None
    known = {}
    for name, entry in record.latest("recall", "question", path).items():
        try:
            known[name] = Card.from_dict(entry["card"])
        except (LookupError, TypeError, ValueError):  # a line of another release
            continue
    return known


def due(
    questions: Sequence[Question],
    known: dict[str, Card],
    now: datetime | None = None,
    new: int = NEW_AT_ONCE,
) -> list[Question]:
    """The questions to ask now: those whose time has come, the longest due first, then new ones."""
    now = now or datetime.now(UTC)
    again = [one for one in questions if one.id in known and known[one.id].due <= now]
    fresh = [one for one in questions if one.id not in known]
    return sorted(again, key=lambda one: known[one.id].due) + fresh[:new]


def keep_answer(
    question: Question, grade: str, path: Path | None = None, now: datetime | None = None
) -> datetime:
    """Keep how well an answer was known; when the question is asked again.

    Parameters
    ----------
    question : Question
    grade : str
        `"Again"`, `"Hard"`, `"Good"` or `"Easy"`.

    Raises
    ------
    NotKept
        If the learner's file cannot be written to.
    """
    from fsrs import Card, Rating, Scheduler

    now = now or datetime.now(UTC)
    card = cards(path).get(question.id) or Card(due=now)
    card, _ = Scheduler().review_card(card, Rating[grade], now)
    card_now = dict(card.to_dict())
    if not record.add("recall", path, question=question.id, grade=grade, card=card_now):
        raise NotKept(f"Your answers cannot be kept: {path} cannot be written to.")
    return card.due


def ask_all(
    questions: Sequence[Question],
    path: Path | None,
    read: Callable[[str], str],
    say: Callable[[str], Any],
) -> int:
    """Ask questions one after the other; how many were answered before the learner stopped.

    Parameters
    ----------
    questions : sequence of Question
    path : Path or None
        Where answers are kept.
    read : callable
        Asks for a line: `input`. Raises `EOFError` where there is nobody to ask.
    say : callable
        Shows a line: `print`.
    """
    for asked, question in enumerate(questions):
        say(f"\n{asked + 1} of {len(questions)}, lesson {question.lesson[:2]}: {question.asks}")
        try:
            grade = _number(question, read, say) if question.number is not None else ""
            grade = grade or _own_words(question, read, say)
        except (EOFError, KeyboardInterrupt):
            return asked
        again = keep_answer(question, grade, path)
        say(f"Asked again {in_words(again - datetime.now(UTC))}.")
    return len(questions)


def _number(question: Question, read: Callable, say: Callable) -> str:
    """The grade of an answer that is a number."""
    given = read("Your number: ").strip().replace(",", "").replace(" ", "")
    right = given == str(question.number)
    say("Right." if right else f"It is {question.answer}.")
    return "Good" if right else "Again"


def _own_words(question: Question, read: Callable, say: Callable) -> str:
    """The grade that a learner gives an answer of their own."""
    read("Answer aloud, then press Enter. ")
    say(f"The lesson says: {question.answer}")
    while (key := read("You: 1 did not know it, 2 hardly, 3 knew it, 4 at once: ").strip()) not in (
        GRADES
    ):
        say("Type 1, 2, 3 or 4.")
    return GRADES[key]


def in_words(wait: Any) -> str:
    """How long until a question is asked again.

    Examples
    --------
    >>> from datetime import timedelta
    >>> in_words(timedelta(minutes=9)), in_words(timedelta(hours=30)), in_words(timedelta(days=9))
    ('today', 'tomorrow', 'in 9 days')
    """
    days = round(wait.total_seconds() / 86_400)
    return "today" if days < 1 else "tomorrow" if days == 1 else f"in {days} days"


def export(questions: Sequence[Question], path: Path) -> int:
    """Write questions as a deck of Anki's; how many.

    Questions whose numbers are drawn stay out: a card of Anki's always asks the same.

    Raises
    ------
    NoScheduler
        If the package genanki is not there.
    """
    try:
        import genanki
    except ImportError:
        raise NoScheduler(
            "The export to Anki needs the package genanki: pip install "
            "'cnn-course-autograder[learn]', or pip install -e '.[learn]' in the folder of the "
            "course."
        ) from None
    fixed = [one for one in questions if one.number is None]
    # Numbers of our own, the same each time: a deck that is imported again replaces the old one.
    deck = genanki.Deck(1_998_028_028, "Convolutional neural networks")
    for one in fixed:
        fields = [_for_anki(one.asks), _for_anki(one.answer)]
        note = genanki.Note(genanki.BASIC_MODEL, fields, guid=genanki.guid_for(one.id))
        note.tags = [one.lesson]
        deck.add_note(note)
    data = BytesIO()
    genanki.Package(deck).write_to_file(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "Is a directory", str(path))
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(data.getvalue())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return len(fixed)


def _for_anki(words: str) -> str:
    """Words with their formulas as Anki reads them."""
    parts = escape(words, quote=False).split("$")
    if len(parts) % 2 == 0:  # a lone dollar sign is money
        return "$".join(parts)
    marked = [rf"\({part}\)" if i % 2 else part for i, part in enumerate(parts)]
    return "".join(marked)
