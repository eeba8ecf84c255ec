"""What a check says of one wrong answer to an exercise, drawn; kept while what it rests on is."""

from __future__ import annotations

from pathlib import Path

from autograder.exercises import Exercise, find
from autograder.inside.verdicts import Verdict
from autograder.judging import judge
from autograder.lessons.files import write_aside
from autograder.running.digests import exercise_digest, judge_digest

KEPT = Path(__file__).resolve().parents[1] / ".proofs" / "wrong-answers"


def wrong_answer_html(name: str) -> str:
    """The verdict on the first of an exercise's mistakes that the open check names and draws.

    Parameters
    ----------
    name : str
        The exercise's id.

    Returns
    -------
    str
        HTML; empty where there is none to draw.
    """
    kept, digest = KEPT / f"{name}.html", f"{exercise_digest(name)} {judge_digest()}"
    first, _, html = (kept.read_text(encoding="utf-8") if kept.is_file() else "").partition("\n")
    if first == digest:
        return html
    verdict = first_verdict(find(name))
    html = html_of(verdict) if verdict else ""
    KEPT.mkdir(parents=True, exist_ok=True)
    write_aside(kept, f"{digest}\n{html}")
    return html


def first_verdict(exercise: Exercise) -> Verdict | None:
    for mistake in exercise.mistakes:
        verdict = judge(exercise.id, mistake.answer)
        if verdict.picture and verdict.mistakes == (mistake.name,):
            return verdict
    return None


def verdict_on(name: str, mistake: str) -> Verdict:
    """What the open check says of one mistake of an exercise."""
    answers = {one.name: one.answer for one in find(name).mistakes}
    return judge(name, answers[mistake])


def html_of(verdict: Verdict) -> str:
    return (
        f'<p class="wrong-head">A wrong answer is named and drawn. Here: {verdict.mistake}.</p>'
        f"{verdict._repr_html_()}"
    )
