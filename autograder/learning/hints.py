"""Hints that rise: where to look, a question about the case at hand, a task like it that is solved.

None of them gives the answer away. Each asks for one line of why, which is kept.
"""

from __future__ import annotations

import sys
from typing import Any

from autograder.exercises import Exercise, find
from autograder.inside.showing import show
from autograder.inside.verdicts import Verdict
from autograder.judging.checking import judge

from . import record
from .cards import Card
from .progressing import UNWRITTEN
from .siblings import sibling
from .switches import is_offered

MOST = 3

MOST_WHY = 2_000
"""Characters of a line of why that are kept."""

_GIVEN: dict[str, int] = {}
"""How many hints of each exercise were given in this process."""

_CHECKED: dict[str, tuple[Any, Verdict]] = {}
"""What was checked last, by exercise, and its verdict."""


def hint(exercise_id: str, answer: Any = None, *, why: str = "", number: int | None = None) -> None:
    """Show the next of three hints for an exercise. Each helps more than the one before.

    The first says where to look, the second asks about the case that your own answer fails, the
    third solves a task like it.

    Parameters
    ----------
    exercise_id : str
    answer : callable or value, optional
        Yours. By default what was checked last, or what the notebook calls by that name.
    why : str, optional
        Your line on the question that the last hint ended with. It is kept with your progress.
    number : int, optional
        1, 2 or 3, to see that hint again.

    Raises
    ------
    UnknownExercise
        If there is no such exercise.
    """
    exercise = find(exercise_id)
    if not is_offered("hints"):
        return
    if why is not None and (line := str(why)[:MOST_WHY]):
        record.add("why", exercise=exercise_id, hint=hints_given(exercise_id), why=line)
    if number is not None and not _is_number_of_a_hint(number):
        show(f"There are {MOST} hints for {exercise_id}: number=1, number=2 and number=3.")
        return
    chosen = number or min(hints_given(exercise_id) + 1, MOST)
    show(card(exercise, chosen, answer if answer is not None else answer_of(exercise)))
    _GIVEN[exercise_id] = max(chosen, hints_given(exercise_id))
    record.add("hint", exercise=exercise_id, number=chosen)


def _is_number_of_a_hint(number: Any) -> bool:
    return type(number) is int and 1 <= number <= MOST


def remember_answer(answer: Any, verdict: Verdict) -> None:
    """Know what was checked last, for a hint that speaks of it."""
    _CHECKED[verdict.exercise] = (answer, verdict)


def answer_of(exercise: Exercise) -> Any:
    """What the notebook calls by the name of an exercise, or what was checked last."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    names = shell.user_ns if shell is not None else {}
    checked, _ = _CHECKED.get(exercise.id, (None, None))
    return names.get(exercise.function_name, checked)


def verdict_on(exercise: Exercise, answer: Any) -> Verdict:
    """The verdict on an answer: the last one, if that is what was checked."""
    checked = _CHECKED.get(exercise.id)
    if checked is not None and checked[0] is answer:
        return checked[1]
    return judge(exercise.id, answer)


def has_passed(exercise: Exercise) -> bool:
    """Whether the answer that was checked last is right."""
    checked = _CHECKED.get(exercise.id)
    return checked is not None and checked[1].passed


def hints_given(exercise_id: str) -> int:
    """How many hints of an exercise were given, here or before."""
    numbers = [
        entry["number"]
        for entry in record.entries()
        if entry["what"] == "hint"
        and entry.get("exercise") == exercise_id
        and entry.get("number") in (1, 2, 3)
    ]
    return max([*numbers, _GIVEN.get(exercise_id, 0)])


def card(exercise: Exercise, number: int, answer: Any = None) -> Card:
    """One of an exercise's three hints.

    Parameters
    ----------
    exercise : Exercise
    number : int
        1, 2 or 3.
    answer : callable or value, optional
        What the second speaks of.
    """
    return (where_to_look, at_hand, solved_sibling)[number - 1](exercise, answer)


def title(exercise: Exercise, number: int, what: str) -> str:
    return f"Hint {number} of {MOST} for {exercise.id}: {what}"


def asks_why(exercise: Exercise, question: str) -> str:
    """How every hint ends: with a question, and the call that keeps what was answered."""
    return (
        f"{question} Write one line; it is kept with your progress: "
        f'`hint("{exercise.id}", why="…")`.'
    )


# -- the first -------------------------------------------------------------------------------------


def where_to_look(exercise: Exercise, answer: Any) -> Card:
    """Points to the heading and to the picture."""
    go = f"Go back to “{exercise.see}” in lesson {exercise.lesson[:2]}, and read it once more."
    if callable(exercise.reference) and exercise.example is not None:
        look = (
            f'Then run `look("{exercise.id}")`. It draws a small case with its result. '
            "Cover the result with your hand. Pick one part of it, and find all that it is made "
            "of. Say aloud what is done, step by step. Now hold each step against your code. "
            "Each step should be one line of it, or a part of one. Is a step not there? Does a "
            "line do more than you said? Then you know where to work. Change that one line, and "
            "run the check again."
        )
    elif callable(exercise.reference):
        look = (
            "Then read the text above your cell, and make a list of all that it asks for. "
            "Put a tick behind each thing that your code does. Start with what has no tick. "
            "Take the smallest input that you can think of, and follow your code with a pencil. "
            "After each line, write down what you have in hand, and how large it is. "
            "Where does it first differ from what the text says? Work on that line alone, and "
            "run the check again."
        )
    else:
        look = (
            "One table there holds all that you need. Take it row by row. For each row, write "
            "down what goes in, what comes out, and what you count. Do it on paper, or with a "
            "short loop in a cell of your own. Do not start with the sum. Look at each row "
            "alone, and ask if it makes sense. One row is often far larger than the rest: take "
            "most care with that one. Then add them up, and run the check again."
        )
    question = "Why does this section stand before this exercise, and not after it?"
    words = (f"{go} {look}", asks_why(exercise, question))
    return Card(title(exercise, 1, "where to look"), words)


# -- the second ------------------------------------------------------------------------------------


def at_hand(exercise: Exercise, answer: Any) -> Card:
    """Asks a smaller question about what the answer at hand does."""
    head = title(exercise, 2, "a question about your answer")
    if answer is None:
        return Card(head, not_begun(exercise))
    verdict = verdict_on(exercise, answer)
    if UNWRITTEN in verdict.message:
        return Card(head, not_begun(exercise))
    if verdict.passed:
        return Card(head, already_right(exercise))
    return Card(head, about_the_case(exercise, verdict), verdict.picture)


def not_begun(exercise: Exercise) -> tuple[str, ...]:
    words = (
        "There is nothing of yours to ask about yet, so let us begin with less. Do not try to "
        "write it all. Take the smallest case that you can think of, one with two or three "
        "numbers. Work it out on paper. Now write down, in plain words, the three steps that you "
        "took. Put them into your cell as comments. What is the first thing that you need to "
        "know before you can do any of them? Write the one line that finds it. Run the check "
        "even if the rest is not there. It tells you more about half an answer than about none."
    )
    return words, asks_why(exercise, "Why did you begin with that step?")


def already_right(exercise: Exercise) -> tuple[str, ...]:
    words = (
        "Your answer passes its check, so here is a question that goes further. The check "
        "tried a few cases. After you hand in, more are tried: other sizes, other kinds of "
        "numbers, and inputs that make no sense. Pick one that you have not thought of. What if "
        "there is only one number? What if the height and the width differ? What should happen "
        "if the sizes do not fit? Say first what you expect, then try it in a cell of your own. "
        "Were you right? If not, which line of your code surprised you?"
    )
    return words, asks_why(exercise, "Why are you sure that it works for sizes you did not try?")


def about_the_case(exercise: Exercise, verdict: Verdict) -> tuple[str, ...]:
    """What to ask where an answer is wrong: by its mistake if it is known, else by its part."""
    if verdict.mistakes:
        found = (
            f"Your answer does just what this slip does: “{verdict.mistakes[0]}”. Do not mend it "
            "yet. First find the line where it happens."
        )
        question = f"Why does “{verdict.mistakes[0]}” give another result here?"
    else:
        lost = next((one.words for one in verdict.facets if not one.passed), "values")
        found = (
            f"Your answer does not hold for this yet: “{lost}”. Do not change anything yet. "
            "First find the line that is to blame."
        )
        question = f"Why does your code lose “{lost}”?"
    if verdict.picture is not None:
        case = (
            "Above is the smallest case that goes wrong. Follow your code through it with a "
            "pencil. After each line, note what you have. Which line is the first to give "
            "something else than you would by hand? What did that line use, and what should it "
            "have used? Is it a number, a place, or a size?"
        )
    else:
        case = (
            "Make the smallest case that you can do by hand. Follow your code through it with a "
            "pencil, and note what you have after each line. Which line is the first to differ "
            "from your own work? What did that line use, and what should it have used? Is it a "
            "number, a place, or a size?"
        )
    then = "Change only that line, and guess what the check will say. Then run it."
    return f"{found} {case} {then}", asks_why(exercise, question)


# -- the third -------------------------------------------------------------------------------------


def solved_sibling(exercise: Exercise, answer: Any) -> Card:
    """Shows a task of the same kind, solved; or what goes wrong most, where there is none."""
    solved = sibling(exercise)
    if solved is None:
        head = title(exercise, 3, "where others went wrong")
        return Card(head, where_others_went_wrong(exercise))
    number = (
        f"Look {solved.place}: the result there is {solved.number}. Find the numbers that "
        "it is made of, and get to it yourself."
        if solved.place
        else "Look at one part of the result. Find what it is made of, and get to it yourself."
    )
    words = (
        f"Above is a task of the same kind, solved. What goes in is {solved.inputs}. {number} "
        "Write each step in a line of its own, with its numbers. Now cross out the numbers, and "
        "put in the names from your own function. What you have now is a plan. Hold it against "
        "your code. Which step does your code leave out, or do in another order? Do one more "
        "part of the result by hand, to be sure. Then write your function anew, from the plan "
        "alone, and run the check."
    )
    question = "Why does each step need the one before it?"
    return Card(
        title(exercise, 3, "a task like it, solved"),
        (words, asks_why(exercise, question)),
        solved.picture,
    )


def where_others_went_wrong(exercise: Exercise) -> tuple[str, ...]:
    names = [f"“{mistake.name}”" for mistake in exercise.mistakes]
    names = list(dict.fromkeys(names))[:3]
    words = (
        f"Here is where others went wrong: {', '.join(names)}. Take them one by one. For each, "
        "say what it would look like in your own work. Could it be yours? Make a tiny task of "
        "the same kind: two rows in place of ten, or two steps in place of all. Solve it by "
        "hand, then with your own code. If both agree, add one row or one step, and do it "
        "again. Where they part, you have found the place. Mend that, then go back to the "
        "full task, and run the check."
    )
    return words, asks_why(exercise, "Why could nobody see that slip from the result alone?")
