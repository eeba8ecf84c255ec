"""Time is limited for each call, though the timers are set once for many."""

import signal
import time

import pytest

from autograder.inside.answers import LocalAnswer
from autograder.inside.limits import TooSlow, limited, many_calls


def spin(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_each_call_has_its_own_time():
    with many_calls():
        for _ in range(3):
            with limited(0.15):
                spin(0.08)
        with pytest.raises(TooSlow), limited(0.05):
            spin(5)
        with limited(0.15):
            spin(0.08)


def test_what_has_spent_its_time_between_calls_is_no_call():
    with many_calls():
        with limited(0.05):
            pass
        spin(0.1)
        with limited(0.05):
            pass


def test_a_call_within_a_call_has_no_time_of_its_own_and_takes_none_away():
    with pytest.raises(TooSlow), limited(0.1):
        with limited(0.02):
            spin(0.04)
        spin(5)


def test_one_of_many_that_does_not_end_is_the_last():
    asked = []

    def answer(number):
        asked.append(number)
        spin(5 if number == 1 else 0)
        return number

    responses = LocalAnswer(answer, 0.1).ask_all([{"number": n} for n in range(3)])
    assert [response.error for response in responses] == [None, "TooSlow", "TooSlow"]
    assert asked == [0, 1]


def test_signals_and_timers_are_left_as_they_were():
    before = signal.getsignal(signal.SIGPROF)
    with many_calls(), limited(5):
        assert signal.getsignal(signal.SIGPROF) != before
    assert signal.getsignal(signal.SIGPROF) == before
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0


def test_a_timer_that_is_in_use_is_left_alone():
    signal.setitimer(signal.ITIMER_PROF, 600)
    try:
        before = signal.getsignal(signal.SIGPROF)
        with limited(5):
            assert signal.getsignal(signal.SIGPROF) == before
        assert signal.getitimer(signal.ITIMER_PROF)[0] > 500
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
