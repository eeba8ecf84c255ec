"""The index of exercises and mistakes: all of the catalogue, and nothing asked in secret."""

import re
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from autograder.exercises import catalogue, find
from autograder.inside.answers import arrays_in
from autograder.judging.explaining.sentences import finding
from autograder.judging.trials import problems
from autograder.learning.solutions import code_of
from tests.generated import ROOT

sys.path.insert(0, str(ROOT / "site"))

from reference_pages import keeping, smallest
from reference_pages.keeping import draw_all, drawn
from reference_pages.lesson_text import headings_of
from reference_pages.markup import slug
from reference_pages.mistakes import exercise_page, index_page, lesson_page, titles
from reference_pages.smallest import always_hidden, key

SOME = (
    "pad-images",  # arrays
    "conv-output-size",  # whole numbers alone
    "edge-filters",  # claims, no cases
    "dropout",  # claims, no picture of the task
    "lenet-parameter-count",  # a value
    "pool-parameter-count",  # a function whose one result is all there is to know
    "layer-shapes",  # tables
)
SEEDS = (0, 7, 2**32 - 1)


@pytest.fixture(scope="module")
def pages():
    """The pages of some exercises, with answers and without."""
    made = {name: draw_all(find(name)) for name in SOME}
    return {
        (name, answers): exercise_page(find(name), made[name], answers)
        for name in SOME
        for answers in (True, False)
    }


def headings(page):
    return re.findall(r"^### (.+)$", page, re.MULTILINE)


# -- all of the catalogue --------------------------------------------------------------------------


def test_the_index_names_every_exercise_and_every_mistake_of_the_catalogue():
    page = index_page()
    links = re.findall(r"^- \[.+\]\((.+)\.md#(.+)\)$", page, re.MULTILINE)
    assert len(links) == sum(len(exercise.mistakes) for exercise in catalogue().values())
    assert len(set(links)) == len(links)
    assert {path.partition("/")[2] for path, _ in links} == set(catalogue())
    said = f"{len(catalogue())} exercises and {len(links):,} mistakes"
    assert said in page


def test_every_exercise_is_in_the_list_of_its_lessons_pages():
    above = index_page().partition("{toctree}")[2]
    for exercise in catalogue().values():
        assert f"\n{exercise.lesson}/index\n" in above
        assert f"\n{exercise.id}\n" in lesson_page(exercise.lesson).partition("{toctree}")[2]


def test_the_lessons_have_the_headings_that_the_index_leads_to():
    for exercise in catalogue().values():
        wanted = {exercise.see, *map(exercise.heading, exercise.mistakes)}
        assert wanted <= {"", *headings_of(exercise.lesson)}, exercise.id


@pytest.mark.parametrize("name", SOME)
def test_a_page_has_a_section_for_each_mistake_with_its_sentence(pages, name):
    exercise = find(name)
    for answers in (True, False):
        page = pages[name, answers]
        assert headings(page) == titles(exercise)
        assert all(f"**{mistake.sentence}**" in page for mistake in exercise.mistakes)


def test_mistakes_of_one_name_have_anchors_of_their_own():
    for exercise in catalogue().values():
        anchors = [slug(title) for title in titles(exercise)]
        assert len(set(anchors)) == len(anchors), exercise.id


def test_what_python_says_is_there_to_be_found(pages):
    page = pages["pad-images", False]
    assert "ValueError: could not broadcast input array from shape" in page


# -- nothing in secret -----------------------------------------------------------------------------


def hidden_problems(exercise):
    for seed in SEEDS:
        yield from problems(exercise, seed, hidden=True) if exercise.draw else ()


def as_drawn(array):
    """The first numbers of an array as a page would write them."""
    return [f"{number:.3g}" for number in array.ravel()[:6].tolist()]


@pytest.mark.parametrize("name", SOME)
def test_no_numbers_of_a_hidden_case_stand_on_a_page(pages, name):
    text = pages[name, True]
    for problem in hidden_problems(find(name)):
        for array in arrays_in(problem.arguments):
            numbers = as_drawn(array)
            whole = np.array_equal(array, np.round(array))
            if array.dtype.kind == "f" and len(numbers) == 6 and not whole:
                assert not all(f">{number}<" in text for number in numbers)


@pytest.mark.parametrize("name", [name for name in SOME if find(name).draw])
def test_what_every_class_is_asked_after_handing_in_is_never_drawn(monkeypatch, name):
    """Sizes at a corner hang on no seed: a class would meet them again."""
    exercise, given = find(name), []

    def noting(exercise, trial, *others, **options):
        given.append(key(trial.arguments))
        return finding(exercise, trial, *others, **options)

    monkeypatch.setattr(smallest, "finding", noting)
    draw_all(exercise)
    assert len(given) >= len(exercise.mistakes) - 1
    assert not set(given) & always_hidden(exercise)


def test_what_is_always_hidden_is_found():
    assert always_hidden(find("conv-output-size"))
    assert not always_hidden(find("edge-filters"))


def written(value):
    """The ways in which a right value might stand on a page."""
    numbers = re.findall(r"\d+", str(value))
    big = [int(number) for number in numbers if len(number) > 3]
    return {form for n in big for form in (str(n), f"{n:,}", f"{n:_}")}


def test_a_right_value_stands_nowhere_without_answers():
    """Not on another exercise's page either, whose wrong value it may be."""
    exercises = [one for one in catalogue().values() if not callable(one.reference)]
    exercises.append(find("original-lenet5-parameter-counts"))
    right = {form for one in exercises for form in written(value_of(one)) if len(form) > 4}
    for exercise in exercises:
        page = exercise_page(exercise, draw_all(exercise), answers=False)
        told = {form for form in right if re.search(rf"(?<![\d,]){form}(?![\d,]\d|\d)", page)}
        assert told == set(), exercise.id


def value_of(exercise):
    return exercise.reference() if callable(exercise.reference) else exercise.reference


def test_a_table_that_is_asked_for_is_not_drawn_row_by_row():
    """Each of its wrong tables is right in most rows."""
    exercise = find("training-recipe")
    page = exercise_page(exercise, draw_all(exercise), answers=False)
    assert "does not hold" in page
    assert "0.0005" not in page.partition("## Mistakes")[2]


@pytest.mark.parametrize("name", SOME)
def test_the_answer_stands_behind_try_first_or_not_at_all(pages, name):
    with_it, without = pages[name, True], pages[name, False]
    assert "Try first" not in without
    (box,) = re.findall(r"<details><summary>Try first: .*?</details>", with_it, re.DOTALL)
    assert code_of(find(name)) in box
    assert code_of(find(name)) not in with_it.replace(box, "")
    assert with_it.replace(f"{box}\n\n", "") == without


# -- as pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SOME)
def test_drawings_are_whole_and_stand_on_a_line_each(pages, name):
    lines = [line for line in pages[name, True].splitlines() if "<svg" in line]
    for line in lines:
        ElementTree.fromstring(line.replace("&nbsp;", " "))
    assert len(lines) >= (1 if name != "pool-parameter-count" else 0)


@pytest.mark.parametrize("name", ["pad-images", "dropout"])
def test_the_same_catalogue_gives_the_same_bytes(pages, name):
    again = exercise_page(find(name), draw_all(find(name)), answers=True)
    assert again == pages[name, True]


def test_what_was_drawn_is_kept_until_what_it_rests_on_changes(tmp_path, monkeypatch):
    exercise, made = find("pool-parameter-count"), []
    monkeypatch.setattr(keeping, "draw_all", lambda one: made.append(one) or draw_all(one))
    first = drawn(exercise, tmp_path)
    assert drawn(exercise, tmp_path) == first
    assert len(made) == 1
    monkeypatch.setattr(keeping, "digest_of", lambda one: "another")
    assert drawn(exercise, tmp_path) == first
    assert len(made) == 2


def test_a_drawing_that_was_cut_off_is_made_anew(tmp_path):
    exercise = find("pool-parameter-count")
    first = drawn(exercise, tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_text(kept.read_text(encoding="utf-8")[:50], encoding="utf-8")
    assert drawn(exercise, tmp_path) == first
