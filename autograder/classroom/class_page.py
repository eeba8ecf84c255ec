"""The report of a lesson as one page: how it went, what was got wrong and by whom, who is missing.

It is one file without a program, which needs no network. Every number opens the students behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from statistics import StatisticsError, correlation, mean, median

from autograder.running.page_marks import number

from .grades import Grade
from .shown import shown

BLANK = "not written yet"
"""How the judge says that there is no answer."""

BINS = 10
"""Bars of the distribution: one for every tenth of the points."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --soft: #5b5b5b; --line: #d5d5d5;
  --ground: #fff; --bar: #0067a5; --card: #f6f7f8; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --soft: #b3b3b3; --line: #444;
  --ground: #161616; --bar: #63b3ed; --card: #212224; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 56rem; padding: 1.5rem 1rem 4rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
p { margin: .3rem 0; } .soft { color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: .6rem 2rem; margin: 1rem 0; padding: 0; }
.facts div { min-width: 6rem; } .facts dd { margin: 0; font-size: 1.35rem; font-weight: 600; }
.facts dt { color: var(--soft); font-size: .9rem; }
details { border-top: 1px solid var(--line); padding: .35rem 0; }
summary::before { content: "▸"; color: var(--soft); } [open] > summary::before { content: "▾"; }
summary { cursor: pointer; display: grid; gap: .2rem .8rem; align-items: center;
  grid-template-columns: 1rem 6rem 1fr 3rem; }
summary:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; }
summary .count { text-align: right; font-variant-numeric: tabular-nums; }
.wide summary { grid-template-columns: 1rem 1fr 3rem; }
.track { background: var(--card); height: 1.1rem; border-radius: 3px; }
.track i { display: block; height: 100%; background: var(--bar); border-radius: 3px; }
.names { margin: .3rem 0 .5rem; padding: .5rem .7rem; background: var(--card);
  border-radius: 4px; }
.exercise summary { grid-template-columns: 1rem minmax(8rem, 15rem) 1fr 4.5rem; }
@media (max-width: 30rem) { .exercise summary { grid-template-columns: 1rem 1fr 4.5rem; }
  .exercise .track { grid-column: 2 / -1; grid-row: 2; }
  .exercise .count { grid-column: 3; grid-row: 1; } }
@media print { details > * { display: block !important; } body { max-width: none; } }
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Wrong:
    """What the judge said of one wrong answer: see the gradebook's table `autograder_verdict`."""

    student: str
    exercise: str
    mistake: str
    facets: str
    message: str

    @property
    def is_blank(self) -> bool:
        """Whether there was no answer: it failed no part and made no mistake."""
        return f"{self.exercise}: {BLANK}" in self.message


def class_page(
    lesson: str, grades: Sequence[Grade], wrong: Sequence[Wrong], missing: Sequence[str] = ()
) -> str:
    """The report of a lesson as HTML.

    Parameters
    ----------
    lesson : str
    grades : sequence of Grade
    wrong : sequence of Wrong
        What was wrong with the answers that count.
    missing : sequence of str
        Students of the list of the class who have handed in nothing.
    """
    parts = [
        _facts(grades, missing),
        _section("Points", _distribution(grades), ABOUT_POINTS),
        _section("Exercises", _exercises(grades), ABOUT_EXERCISES),
        _section("What to talk about", _mistakes(wrong), ABOUT_MISTAKES),
        _section("Parts that failed", _facets(wrong), ""),
        _section("Needs a look", _looks(grades), ""),
        _section("Has not handed in", _missing(missing), ""),
    ]
    title = f"{escape(lesson)}: report"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )


ABOUT_POINTS = (
    "A bar for each tenth of the points, its lower end included. Each opens its students."
)
ABOUT_EXERCISES = (
    "How much of the points the class earned, lowest first. Tells apart: how well an exercise goes "
    "along with the rest of the lesson, from −1 to 1; near 0 or below, look at the exercise."
)
ABOUT_MISTAKES = "The mistakes that the judge named, most frequent first, in its words to students."


def _section(title: str, lines: Iterable[str], about: str) -> str:
    body = "".join(lines)
    if not body:
        return ""
    said = f'<p class="soft">{escape(about)}</p>\n' if about else ""
    return f"<section>\n<h2>{escape(title)}</h2>\n{said}{body}</section>\n"


def _facts(grades: Sequence[Grade], missing: Sequence[str]) -> str:
    points = [grade.points for grade in grades]
    most = max((grade.max_points for grade in grades), default=0.0)
    facts = {
        "handed in": str(len(grades)),
        "not handed in": str(len(missing)) if missing else "",
        "median": f"{number(median(points))} of {number(most)}" if points else "",
        "mean": f"{number(mean(points))} of {number(most)}" if points else "",
        "answers to mark": str(sum(len(grade.to_mark) for grade in grades)),
    }
    rows = (f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items() if value)
    return f'<dl class="facts">{"".join(rows)}</dl>\n'


def _opening(name: str, share: float | None, count: str, inside: str, kind: str = "") -> str:
    """A line that opens: its name, a bar, a number, and what is behind it."""
    bar = "" if share is None else f'<span class="track"><i style="width:{share:.1%}"></i></span>'
    kind = f' class="{kind}"' if kind else ""
    return (
        f"<details{kind}><summary><span>{name}</span>{bar}"
        f'<span class="count">{count}</span></summary>\n'
        f'<div class="names">{inside}</div></details>\n'
    )


def _names(students: Iterable[str]) -> str:
    return ", ".join(escape(shown(student)) for student in sorted(students)) or "nobody"


def _distribution(grades: Sequence[Grade]) -> Iterator[str]:
    bins: list[list[str]] = [[] for _ in range(BINS)]
    for grade in grades:
        share = grade.points / grade.max_points if grade.max_points else 0.0
        bins[min(BINS - 1, max(0, int(share * BINS + 1e-9)))].append(grade.student)
    tallest = max(map(len, bins), default=0)
    for at in reversed(range(BINS)) if tallest else ():
        name = f"{at * 100 // BINS}–{(at + 1) * 100 // BINS} %"
        yield _opening(name, len(bins[at]) / tallest, str(len(bins[at])), _names(bins[at]))


def _exercises(grades: Sequence[Grade]) -> Iterator[str]:
    names = dict.fromkeys(name for grade in grades for name in grade.exercises)
    marked = {name: _with_points(name, grades) for name in names}
    shares = {name: _share(name, have) for name, have in marked.items() if have}
    for name in sorted(shares, key=lambda one: shares[one]):
        have = marked[name]
        most = max(grade.exercises[name] for grade in have)
        groups: dict[str, Callable[[float], bool]] = {
            "As many points as anybody": lambda points, most=most: points >= most > 0,
            "Some": lambda points, most=most: 0 < points < most,
            "None": lambda points: points <= 0,
        }
        lines = "".join(
            f"<p><b>{title} ({len(who)}):</b> {_names(who)}</p>"
            for title, fits in groups.items()
            if (who := [grade.student for grade in have if fits(grade.exercises[name])])
        )
        told = _tells_apart(name, have)
        said = f"<p>Tells apart: {told:.2f}</p>" if told is not None else ""
        yield _opening(
            escape(name), shares[name], f"{shares[name]:.0%}", lines + said, kind="exercise"
        )


def _with_points(name: str, grades: Sequence[Grade]) -> list[Grade]:
    """The grades in which an exercise has its points; not those that wait for a person's mark."""
    return [one for one in grades if name in one.exercises and name not in one.to_mark]


def _share(name: str, grades: Sequence[Grade]) -> float:
    """How much of the most that anybody has for an exercise the class has on average."""
    points = [grade.exercises[name] for grade in grades]
    return mean(points) / max(points) if max(points, default=0) > 0 else 0.0


def _tells_apart(name: str, grades: Sequence[Grade]) -> float | None:
    """The correlation of an exercise's points with those of all others; `None` if there is none."""
    own = [grade.exercises[name] for grade in grades]
    rest = [sum(grade.exercises.values()) - grade.exercises[name] for grade in grades]
    try:
        return correlation(own, rest)
    except StatisticsError:
        return None


def _mistakes(wrong: Sequence[Wrong]) -> Iterator[str]:
    found: dict[tuple[str, str], list[Wrong]] = {}
    for one in wrong:
        if mistake := BLANK if one.is_blank else one.mistake:
            found.setdefault((one.exercise, mistake), []).append(one)
    for (exercise, mistake), those in sorted(found.items(), key=_rank):
        who = {one.student for one in those}
        said = max((one.message for one in those), key=len)
        inside = f"<p>{escape(shown(said))}</p><p><b>By:</b> {_names(who)}</p>"
        name = f"<b>{escape(exercise)}</b>: {escape(shown(mistake))}"
        yield _opening(name, None, str(len(who)), inside, kind="wide")


def _rank(found: tuple[tuple[str, str], list[Wrong]]) -> tuple[bool, int]:
    """What was got wrong by most comes first, and what was never begun last."""
    (_, mistake), those = found
    return mistake == BLANK, -len({one.student for one in those})


def _facets(wrong: Sequence[Wrong]) -> Iterator[str]:
    found: dict[tuple[str, str], set[str]] = {}
    for one in wrong:
        for facet in filter(None, () if one.is_blank else one.facets.split(", ")):
            found.setdefault((one.exercise, facet), set()).add(one.student)
    for (exercise, facet), who in sorted(found.items(), key=lambda pair: -len(pair[1])):
        name = f"<b>{escape(exercise)}</b>: {escape(facet)}"
        yield _opening(name, None, str(len(who)), _names(who), kind="wide")


def _looks(grades: Sequence[Grade]) -> Iterator[str]:
    for grade in grades:
        if grade.looks:
            inside = "".join(f"<p>{escape(shown(look))}</p>" for look in grade.looks)
            name = escape(shown(grade.student))
            yield _opening(name, None, str(len(grade.looks)), inside, kind="wide")


def _missing(missing: Sequence[str]) -> Iterator[str]:
    if missing:
        yield f'<p class="names">{_names(missing)}</p>\n'
