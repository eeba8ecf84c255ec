"""What is shown in a notebook, and what in a terminal."""

from __future__ import annotations

from types import SimpleNamespace

import IPython
import IPython.display
import pytest

from autograder.inside.showing import show


@pytest.fixture
def displayed(monkeypatch) -> list:
    """What a notebook has been given to display."""
    things: list = []
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=None))
    monkeypatch.setattr(IPython.display, "display", things.append)
    return things


def test_a_sentence_stands_in_a_notebook_without_quotation_marks(displayed, capsys):
    show("Write your guess before you run the experiment.")
    assert capsys.readouterr().out == "Write your guess before you run the experiment.\n"
    assert displayed == []


def test_a_picture_is_displayed_in_a_notebook(displayed, capsys):
    picture = SimpleNamespace(text="a cat")
    show(picture)
    assert displayed == [picture]
    assert capsys.readouterr().out == ""


def test_a_terminal_has_the_words_of_a_picture(capsys):
    show(SimpleNamespace(text="a cat"))
    assert capsys.readouterr().out == "a cat\n"
