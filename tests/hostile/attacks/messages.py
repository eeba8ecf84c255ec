"""What a kernel says gets into the page: every field of every message, of every wrong kind and size.

Kinds of messages and their fields are Jupyter's own list. Each attack has its honest twin: the same
messages as a kernel sends them of itself, beside right answers, which keep all their points.
"""

from __future__ import annotations

from ..ground import ANYTHING, FULL, HONEST, Attack
from .verdict import KERNEL, WRONG

WIRE = (
    KERNEL
    + """
import json
session.pack = lambda message: json.dumps(message, default=str).encode()
"""
)
"""Half a character and numbers that are none go on the line too."""

VALUES = {
    "a program": "\"<script>document.title='owned'</script>\"",
    "half a character": "'\\ud800'",
    "14 MB": "'x' * 14_000_000",
    "a list": "['<script>alert(1)</script>', {}]",
    "a number beyond all": "10 ** 400",
    "no number": "float('nan')",
    "nothing": "None",
}
"""What stands in the place of a field, by name."""

SHOWN = "'data': {'text/plain': 'x'}, 'metadata': {}"

FIELDS = {
    "the execution count of an input": ("execute_input", "'code': 'x', 'execution_count': V"),
    "the execution count of a result": ("execute_result", SHOWN + ", 'execution_count': V"),
    "the execution count of a text": (
        "stream",
        "'name': 'stdout', 'text': 'x', 'execution_count': V",
    ),
    "the execution count of a picture": ("display_data", SHOWN + ", 'execution_count': V"),
    "the execution count of a status": (
        "status",
        "'execution_state': 'busy', 'execution_count': V",
    ),
    "the execution count of a clearing": ("clear_output", "'wait': True, 'execution_count': V"),
    "the code of an input": ("execute_input", "'code': V"),
    "the metadata of a picture": (
        "display_data",
        "'data': {'text/plain': 'x'}, 'metadata': {'image/png': {'width': V}, 'x': V}",
    ),
    "the name of an output": ("display_data", SHOWN + ", 'transient': {'display_id': V}"),
    "the transient of an output": ("display_data", SHOWN + ", 'transient': V"),
    "the wait of a clearing": ("clear_output", "'wait': V"),
    "a field that nobody knows": ("stream", "'name': 'stdout', 'text': 'x', 'output_type': V"),
    "the payload of a widget": ("comm_msg", "'comm_id': V, 'data': V"),
    "a kind that nobody knows": ("debug_event", "'body': V"),
}
"""Fields whose content is nobody's business: any value leaves the cell as it is."""

STRICT = {
    "the text of a stream": ("stream", "'name': 'stdout', 'text': V"),
    "the name of a stream": ("stream", "'name': V, 'text': 'x'"),
    "the data of a picture": ("display_data", "'data': V, 'metadata': {}"),
    "a form of a picture": ("display_data", "'data': {'text/plain': V, 'image/png': V}"),
    "the data of a change": (
        "update_display_data",
        "'data': {'text/plain': V}, 'transient': {'display_id': 'x'}",
    ),
    "the name of an error": ("error", "'ename': V, 'evalue': 'x', 'traceback': []"),
    "the reason of an error": ("error", "'ename': 'x', 'evalue': V, 'traceback': []"),
    "the traceback of an error": ("error", "'ename': 'x', 'evalue': 'x', 'traceback': V"),
    "a line of a traceback": ("error", "'ename': 'x', 'evalue': 'x', 'traceback': [V, V]"),
    "the state of a status": ("status", "'execution_state': V"),
}
"""Fields that are text: anything else may cost the cell its kernel, and no more."""


def said(kind: str, fields: str, values: str) -> str:
    return f"{WIRE}for V in ({values},):\n    say({kind!r}, {{{fields}}})\ntried()"


def attack(field: str, kind: str, fields: str, value: str, **more) -> Attack:
    return Attack(
        f"{field} is {value}",
        "what a kernel says",
        {"relu": WRONG},
        first=said(kind, fields, VALUES[value]),
        **more,
    )


ALL = ", ".join(text for name, text in VALUES.items() if name != "14 MB")

REPLIES = [
    "'status': V",
    "'status': 'ok', 'execution_count': V, 'payload': V, 'user_expressions': V",
    "'status': 'error', 'ename': V, 'evalue': V, 'traceback': V, 'execution_count': V",
]

ATTACKS = [
    *(
        attack(field, *FIELDS[field], value, tried=True)
        for field, value in (
            ("the execution count of an input", "a program"),
            ("the execution count of a result", "half a character"),
            ("the execution count of a text", "a list"),
        )
    ),
    Attack(
        "execution counts of 14 MB each",
        "what a kernel says",
        {"relu": WRONG},
        first=WIRE + "for _ in range(6):\n"
        "    say('execute_input', {'code': 'x', 'execution_count': 'x' * 14_000_000})\ntried()",
        tried=True,
    ),
    *(
        Attack(
            f"{field} is anything",
            "what a kernel says",
            {"relu": WRONG},
            first=said(kind, fields, ALL),
            tried=True,
        )
        for field, (kind, fields) in FIELDS.items()
    ),
    *(
        Attack(
            f"{field} is anything",
            "what a kernel says",
            {"relu": WRONG},
            first=said(kind, fields, ALL),
            looks=ANYTHING,
        )
        for field, (kind, fields) in STRICT.items()
    ),
    *(
        Attack(
            f"a reply with {fields.count('V')} fields that are anything",
            "what a kernel says",
            {"relu": WRONG},
            first=f"{WIRE}for V in ({ALL},):\n    reply({{{fields}}})\ntried()",
            looks=ANYTHING,
        )
        for fields in REPLIES
    ),
    Attack(
        "a message that is forged on a kernel that starts cold",
        "what a kernel says",
        {"relu": WRONG},
        first=said(*FIELDS["the execution count of an input"], ALL),
        tried=True,
        cold=True,
    ),
    Attack(
        "ten thousand forms of one picture",
        "what a kernel says",
        {"relu": WRONG},
        first=WIRE + "say('display_data', {'metadata': {}, 'data':\n"
        "    {f'text/x{n}': '<b>' for n in range(10_000)} | {'<script>/x': 'x', '': 'x'}})\ntried()",
        tried=True,
    ),
    Attack(
        "messages as a kernel sends them",
        "nothing",
        HONEST,
        first="from IPython.display import clear_output, display\nimport sys\n"
        "handle = display('one', display_id='mine')\nhandle.update('two')\n"
        "print('gone'); clear_output(wait=True); print('stays'); print('é', file=sys.stderr)\n"
        "display({'text/plain': 'x', 'application/json': {'a': 1}}, raw=True)\ntried()\n7",
        points=FULL,
        tried=True,
    ),
]
