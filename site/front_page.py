"""The front page: what the course is, a wrong answer that is named and drawn, and three doors."""

from __future__ import annotations

from pathlib import Path

from pictures_apart import Drawings, raw
from wrong_answers import verdict_on

from autograder.exercises import LESSONS, of_lesson
from autograder.inside.verdicts import with_code
from autograder.lessons.course import Lesson

PAGE = """\
---
hide-toc: true
---

# Convolutional neural networks, piece by piece

<p class="promise">You write every piece of a convolutional network in NumPy: filters, layers,
backpropagation, training, VGG. When an answer is wrong you do not get a number. You read
<em>which</em> mistake it is, and see the smallest case that shows it.</p>

{film}

<div class="doors">
<a class="door" href="lessons/{first}.html"><strong>Read</strong>
<span>{count} with their pictures, films and experiments. Answers stay folded until you have
tried.</span></a>
<div class="door"><strong>Learn</strong>
<pre>make setup
make learn</pre>
<span>Your own copy of the lessons, in JupyterLab. Hints when you ask for them.</span></div>
<div class="door"><strong>Teach</strong>
<pre>autograder collect <b>02-filters</b> zip
autograder grade <b>02-filters</b></pre>
<span>A class graded in minutes, strangers' code contained.
<a href="guides/instructors.html">A term, step by step</a></span></div>
</div>

{look_up}

{lists}
"""

LOOK_UP = """\
**Looking for what is wrong with your own code?** The [index of mistakes](mistakes/index.md)
has {count:,} of them, each with its sentence and its smallest failing case.
"""

TREE = """\
```{{toctree}}
:hidden:
:caption: {caption}

{entries}
```
"""

FILM = """\
<figure class="film" role="group" aria-label="A wrong answer, named and drawn">
<div class="film-code">{code}</div>
<div class="film-said"><span class="sign">✗</span> {sentence}</div>
<div class="film-drawn">{picture}</div>
<figcaption>The loops are right and the numbers look plausible. The check knows better.</figcaption>
</figure>"""

WRONG = (
    "def cross_correlate2d(image, kernel):",
    "    ...",
    "    for a, b in np.ndindex(kernel.shape):",
    "        output[i, j] += image[i + a, j + b] * kernel[-1 - a, -1 - b]",
    "    return output",
    "",
    'check("cross-correlate2d", cross_correlate2d)',
)

SHORT = {
    "01-fully-connected-limits": "Fully connected layers and their limits",
    "02-filters": "Filters and the convolutional layer",
    "03-padding-and-stride": "Padding and stride",
    "04-pooling-and-normalization": "Pooling, normalization and dropout",
    "05-backpropagation": "Backpropagation",
    "06-lenet": "LeNet",
    "07-alexnet-and-zfnet": "AlexNet and ZFNet",
    "08-vgg": "VGG",
    "09-after-vgg": "After VGG",
}
"""What lessons are called where there is little room."""

REFERENCE = ("explorers/index", "mistakes/index", "summaries/index", "guides/glossary")
LEARNER = (
    *("guides/learners", "guides/explorers", "guides/editors"),
    *("guides/errata", "guides/claims", "guides/ladder"),
)
GUIDES = {
    "Teach": ("guides/instructors", "guides/commands", "guides/cluster", "guides/scale"),
    "How it is made": (
        *("guides/architecture", "guides/adding", "guides/adding-layer", "guides/threat-model"),
        *("guides/catalogue-survey", "guides/hints", "guides/data"),
        *("guides/contributing", "guides/changelog"),
    ),
}


def write_pages(folder: Path, answers: bool, lessons: list[Lesson], drawings: Drawings) -> None:
    """Write `index.md`; it lists all pages that are there already, so it is written last."""
    page = PAGE.format(
        film=film(drawings),
        first=lessons[0].name,
        count=counted(len(lessons)),
        look_up=look_up(folder),
        lists="\n".join(trees(folder, lessons)),
    )
    (folder / "index.md").write_text(page, encoding="utf-8")


def look_up(folder: Path) -> str:
    """A line that leads to the index of mistakes, where there is one."""
    if not is_there(folder, "mistakes/index"):
        return ""
    exercises = (exercise for lesson in LESSONS for exercise in of_lesson(lesson))
    return LOOK_UP.format(count=sum(len(exercise.mistakes) for exercise in exercises))


def counted(lessons: int) -> str:
    words = {1: "One lesson", 9: "Nine lessons", 10: "Ten lessons"}
    return words.get(lessons, f"{lessons} lessons")


def trees(folder: Path, lessons: list[Lesson]) -> list[str]:
    """The lists of pages, which make the menu, and what comes before and after a page."""
    guides = sorted(f"guides/{path.stem}" for path in (folder / "guides").glob("*.md"))
    placed = {*LEARNER, *REFERENCE, *(name for names in GUIDES.values() for name in names)}
    other = [name for name in guides if name not in placed]
    named = [f"{title(lesson.name)} <lessons/{lesson.name}>" for lesson in lessons]
    pages = {"Lessons": named, "Look it up": [*REFERENCE, *LEARNER], **GUIDES, "More": other}
    there = {
        caption: [one for one in found if is_there(folder, one)] for caption, found in pages.items()
    }
    return [
        TREE.format(caption=caption, entries="\n".join(entries))
        for caption, entries in there.items()
        if entries
    ]


def is_there(folder: Path, entry: str) -> bool:
    name = entry.partition("<")[2].rstrip(">") or entry
    return any((folder / f"{name}{ending}").is_file() for ending in (".md", ".ipynb"))


def title(name: str) -> str:
    return f"{name[:2]} · {SHORT.get(name, name[3:].replace('-', ' '))}"


def film(drawings: Drawings) -> str:
    """A wrong answer as it is written, what the check says of it, and the case it draws."""
    verdict = verdict_on("cross-correlate2d", "kernel flipped")
    assert verdict.picture
    code = "\n".join(f"<code>{line or ' '}</code>" for line in WRONG)
    picture = drawings.take_out(verdict.picture.html).replace('loading="lazy" ', "")
    return raw(FILM.format(code=code, sentence=with_code(verdict.message), picture=picture))
