"""Whatever an answer returns or does, the judge gets plain data, and its own inputs stay whole."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from autograder.exercises import Named, Seeded
from autograder.inside.answers import Foreign, LocalAnswer, to_plain_data


class Liar(np.ndarray):
    """Equal to everything, whatever it is compared with."""

    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __array_ufunc__(self, *arguments, **options):
        return np.zeros(self.shape)


def ask(function, **arguments):
    return LocalAnswer(function).ask(arguments)


def test_plain_data_has_exact_base_types():
    liar = np.arange(3.0).view(Liar)
    assert type(to_plain_data(liar)) is np.ndarray
    assert type(to_plain_data(np.ma.array([1, 2]))) is np.ndarray
    assert type(to_plain_data(np.float64(2.5))) is float
    assert type(to_plain_data(np.int32(4))) is int
    assert to_plain_data(np.bool_(True)) is True
    assert to_plain_data(np.array(7)) == 7
    assert to_plain_data({np.int64(3): (np.int8(1), [None, "a"])}) == {3: (1, [None, "a"])}
    assert to_plain_data(np.float32(0.5)).dtype == np.float32


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (np.array([1, None], dtype=object), "array of object"),
        (np.array(["a"]), "array of <U1"),
        (np.array([1 + 2j]), "array of complex128"),
        (iter([]), "list_iterator"),
        (len, "builtin_function_or_method"),
        (2j, "complex"),
    ],
)
def test_what_is_not_made_of_numbers_is_foreign(value, name):
    assert to_plain_data(value) == Foreign(name)


def test_a_list_that_holds_itself_comes_to_an_end():
    endless: list = []
    endless.append(endless)
    assert "list" in repr(to_plain_data(endless))


def test_an_answer_gets_copies_and_is_told_on():
    x = np.ones((2, 3))

    def writes(x):
        x[0, 0] = 5
        return x.sum()

    response = ask(writes, x=x)
    assert response.changed == ("x",)
    assert x[0, 0] == 1


def test_a_list_an_answer_appends_to_is_noticed():
    assert ask(lambda rows: rows.append(1), rows=[("conv", {})]).changed == ("rows",)


def test_a_changed_number_inside_nested_arguments_is_noticed():
    def writes(params):
        params[0]["weights"] *= 2

    assert ask(writes, params=[{"weights": np.ones(2)}]).changed == ("params",)


def test_memory_layout_reaches_the_answer():
    gaps = np.zeros((6, 8))[::2, ::2]
    assert not ask(lambda x: x.flags.c_contiguous, x=gaps).value
    assert ask(lambda x: x.flags.f_contiguous, x=np.asfortranarray(np.ones((3, 2)))).value


def test_stand_ins_become_what_they_stand_for():
    assert ask(lambda f: f(np.array([2.0])), f=Named("half_square")).value == 2.0
    draws = [ask(lambda rng: rng.random(), rng=Seeded(3)).value for _ in range(2)]
    assert draws[0] == draws[1]


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (IndexError("far"), "IndexError"),
        (UnicodeError("a ValueError too"), "ValueError"),
        (SystemExit(3), "SystemExit"),
        (GeneratorExit(), "GeneratorExit"),
    ],
)
def test_whatever_is_raised_is_a_response(error, name):
    def raises(x):
        raise error

    assert ask(raises, x=1).error == name


def test_an_exception_that_cannot_be_printed_is_still_one():
    class Sullen(Exception):
        def __str__(self):
            raise RuntimeError

    def raises(x):
        raise Sullen

    assert (ask(raises, x=1).error, ask(raises, x=1).detail) == ("Sullen", "")


def test_an_interrupt_by_the_student_stops_the_check():
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(interrupted, x=1)


def test_recursion_without_end_is_a_response():
    def again(x):
        return again(x)

    assert ask(again, x=1).error == "RecursionError"


def test_a_loop_without_end_is_ended_and_not_begun_again():
    calls = []

    def endless(x):
        calls.append(x)
        while True:
            try:
                while True:
                    pass
            except Exception:
                pass

    answer = LocalAnswer(endless, patience=0.2)
    assert answer.ask({"x": 1}).error == "TooSlow"
    assert answer.ask({"x": 2}).error == "TooSlow"
    assert calls == [1]


def test_prints_and_warnings_are_kept_from_the_page(capfd):
    def chatty(x):
        print("window", x)
        np.log(np.zeros(1))
        return x

    response = ask(chatty, x=3)
    assert response.printed == "window 3\n"
    assert capfd.readouterr() == ("", "")


def test_a_flood_of_prints_is_cut():
    def flood(x):
        for _ in range(2000):
            print("x" * 100)

    assert len(ask(flood, x=1).printed) == 2000


def test_a_function_that_is_tried_draws_nothing_and_leaves_no_figure(monkeypatch):
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.append(1))
    kept = plt.figure()

    def double(x):
        plt.figure()
        plt.show()
        return 2 * x

    answer = LocalAnswer(double)
    assert [answer.ask({"x": number}).value for number in (1, 2)] == [2, 4]
    assert shown == []
    assert plt.get_fignums() == [kept.number]
    plt.show()
    assert shown == [1]
    plt.close(kept)
