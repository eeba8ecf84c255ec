"""Frames: what is sent arrives as it was, and what is no frame is refused within bounds."""

from __future__ import annotations

import json
import os
import pickle
import socket
import tracemalloc
from contextlib import suppress
from time import monotonic

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.inside.arguments import Named, Seeded, with_gaps
from autograder.inside.wire import HEADER, Foreign, Gone, Wire, WireError, decode, encode

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))
"""How many inputs each fuzzing test tries."""

fuzz = settings(max_examples=EXAMPLES, deadline=None)

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.builds(Seeded, st.integers(0, 2**63))
    | st.builds(Named, st.text(max_size=9))
    | st.builds(Foreign, st.text(max_size=9))
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.integers() | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@fuzz
@given(values)
def test_plain_data_arrives_as_it_was_sent(value):
    assert decode(encode(value)) == value


kinds = st.sampled_from(["?", "<f4", "<f8", "<i8", "u1", "<i4", "<f2"])


@fuzz
@given(arrays.arrays(kinds, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)))
def test_arrays_arrive_with_their_numbers_dtype_and_shape(array):
    for sent in (array, np.asfortranarray(array), with_gaps(array)):
        (back,) = decode(encode([sent]))
        assert type(back) is np.ndarray
        assert back.dtype == sent.dtype
        assert back.shape == sent.shape
        np.testing.assert_array_equal(back, sent)
        assert back.flags.writeable


def test_the_layout_of_an_array_arrives_too():
    array = np.arange(12.0).reshape(3, 4)
    assert decode(encode(array)).flags.c_contiguous
    assert decode(encode(np.asfortranarray(array))).flags.f_contiguous
    gaps = decode(encode(with_gaps(array))).flags
    assert not gaps.c_contiguous
    assert not gaps.f_contiguous


def test_numbers_keep_their_kind():
    sent = [1, 1.0, True, float("inf"), float("-inf"), np.float32(2)[None], -0.0]
    back = decode(encode(sent))
    assert [type(value) for value in back] == [type(value) for value in sent]
    assert np.isnan(decode(encode(float("nan"))))


@pytest.mark.parametrize("value", [object(), {1.5: 2}, {True: 1}, 1j, b"bytes", {1, 2}, len])
def test_what_is_not_plain_is_not_sent(value):
    with pytest.raises(TypeError):
        encode(value)


def test_a_number_of_thousands_of_digits_is_not_sent():
    with pytest.raises(WireError):
        encode(10**5000)


def frame(tree, data: bytes = b"") -> bytes:
    text = json.dumps(tree).encode()
    return HEADER.pack(len(text), len(data)) + text + data


@pytest.mark.parametrize("shape", [(), (0,), (1,), (7,), (2, 3), (3, 0, 2), (1, 2, 3, 4)])
@pytest.mark.parametrize("dtype", ["|b1", "|u1", "<i4", ">i8", "<f4", ">f8"])
def test_an_arrays_kind_and_shape_stand_in_the_text_and_its_numbers_behind_it(shape, dtype):
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    for laid_out in (array, np.array(array, order="F"), with_gaps(array)):
        length, size = HEADER.unpack_from(sent := encode(laid_out))
        ((layout, said),) = json.loads(sent[HEADER.size :][:length]).items()
        assert said == [dtype, list(shape)]
        assert size == array.nbytes
        order = "F" if layout == "columns" else "C"
        assert sent[HEADER.size + length :] == laid_out.tobytes(order)
        read = decode(sent)
        np.testing.assert_array_equal(read, array)
        assert read.dtype == array.dtype.newbyteorder("=")
        assert read.flags.f_contiguous == laid_out.flags.f_contiguous


def test_several_arrays_lie_one_after_the_other():
    sent = [np.arange(3.0), {"a": np.ones((2, 2), "u1")}, np.zeros((0, 784), "f4")]
    back = decode(encode(sent))
    np.testing.assert_array_equal(back[0], sent[0], strict=True)
    np.testing.assert_array_equal(back[1]["a"], sent[1]["a"], strict=True)
    assert back[2].shape == (0, 784)


def array_frame(kind, shape, data: bytes = b"", layout: str = "rows") -> bytes:
    return frame({layout: [kind, shape]}, data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04",
        pickle.dumps([1]),
        HEADER.pack(2**32 - 1, 2**32 - 1),
        HEADER.pack(2, 0) + b"[]",
        HEADER.pack(4, 0) + b"null" + b"more",
        HEADER.pack(5, 0) + b"\xff\xfe\xfd\xfc\xfb",
        frame([1]),
        frame({"list": 1}),
        frame({"list": [], "tuple": []}),
        frame({"dict": [[1, 2, 3]]}),
        frame({"dict": [[None, 1]]}),
        frame({"dict": [[[1], 1]]}),
        frame({"float": "1"}),
        frame({"seeded": -1}),
        frame({"named": 5}),
        frame({"pickle": "gASVAAAA"}),
        frame({"rows": 10}),
        frame({"rows": ["<f8"]}),
        frame({"rows": ["<f8", [1], [1]]}, bytes(8)),
        frame({"array": 136}, bytes(136)),
        array_frame("<f8", [10**12]),
        array_frame("<f8", [10**12], bytes(64), "gaps"),
        array_frame("<f8", [0, 2**62]),
        array_frame("<f8", [0, *[2**16] * 4]),
        array_frame("<f8", [10**4000, 10**4000]),
        array_frame("<f8", [-1, -1], bytes(8)),
        array_frame("<f8", [-1], bytes(8)),
        array_frame("<f8", [True], bytes(8)),
        array_frame("<f8", [1.0], bytes(8)),
        array_frame("<f8", [1] * 33, bytes(8)),
        array_frame("<f8", 1, bytes(8)),
        array_frame("<f8", "1", bytes(8)),
        array_frame("<f8", [2], bytes(15)),
        array_frame("<f8", [2], bytes(17)),
        array_frame("|O", [1], bytes(8)),
        array_frame("O", [1], bytes(8)),
        array_frame("<c16", [1], bytes(16)),
        array_frame("<U1", [1], bytes(4)),
        array_frame("<M8[s]", [1], bytes(8)),
        array_frame("<f3", [1], bytes(3)),
        array_frame("f8", [1], bytes(8)),
        array_frame([["a", "<f8"]], [1], bytes(8)),
        array_frame({"a": "<f8"}, [1], bytes(8)),
        array_frame(None, [1], bytes(8)),
        encode(np.zeros(2, [("a", "<f8")])),
        encode(np.array(["text"])),
        encode(np.array([1j])),
        frame({"list": [0] * 200_000}),
        frame(None, b"unused"),
        HEADER.pack(200_000, 0) + b"[" * 200_000,
        HEADER.pack(8, 0) + b"Infinity",
    ],
)
def test_what_is_no_frame_is_refused_within_bounds(data):
    tracemalloc.start()
    with pytest.raises(WireError):
        decode(data)
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()


@fuzz
@given(st.binary(max_size=200))
def test_bytes_without_meaning_are_refused(data):
    with pytest.raises(WireError):
        decode(data)


GOOD = encode({"ask": {"x": np.arange(6.0).reshape(2, 3), "n": (1, 2.5, None)}, "patience": 20.0})


@fuzz
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_a_damaged_frame_is_read_or_refused_but_nothing_else(changes):
    data = bytearray(GOOD)
    for place, byte in changes:
        data[place] = byte
    with suppress(WireError):
        decode(bytes(data))


def ends() -> tuple[Wire, Wire]:
    here, there = socket.socketpair()
    return Wire(here), Wire(there)


def test_a_wire_carries_values_both_ways():
    here, there = ends()
    with here, there:
        here.send({"x": np.ones(3)})
        np.testing.assert_array_equal(there.receive()["x"], np.ones(3))
        there.send("thanks")
        assert here.receive() == "thanks"


def test_a_silent_other_side_is_waited_for_until_the_deadline():
    here, there = ends()
    with here, there:
        start = monotonic()
        with pytest.raises(Gone):
            here.receive(monotonic() + 0.2)
        assert monotonic() - start < 5
        with pytest.raises(Gone):  # nobody reads: what is sent has to wait
            here.send(np.zeros(1 << 20), monotonic() + 0.2)


def test_a_closed_wire_and_a_frame_that_is_too_large_are_told():
    here, there = ends()
    with here, there:
        there.connection.sendall(HEADER.pack(10, 1 << 30))
        with pytest.raises(WireError, match="larger than is taken"):
            here.receive()
    here, there = ends()
    with here:
        there.connection.sendall(HEADER.pack(10, 10) + b"half")
        there.connection.close()
        with pytest.raises(Gone):
            here.receive()
        with pytest.raises(Gone):
            here.send("anybody?")
            here.send("anybody?")
