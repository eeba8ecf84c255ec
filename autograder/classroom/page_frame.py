"""What the instructor's pages have in common: how they look, and lines that open.

Each is one file without a program, which needs no network.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from .shown import shown

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
.facts { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; margin: 1rem 0; align-items: start; }
.facts details { border: 0; min-width: 6rem; } .facts summary { display: block; }
.facts summary::before { content: none; } .facts [open] { flex-basis: 100%; }
.facts b { display: block; font-size: 1.35rem; line-height: 1.2; }
.facts span { color: var(--soft); font-size: .9rem; text-decoration: underline dotted; }
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
@media print { details::details-content { content-visibility: visible; display: block; }
  body { max-width: none; } }
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def framed(title: str, body: str, style: str = "") -> str:
    """A whole page as HTML.

    Parameters
    ----------
    title : str
        Plain text.
    body : str
        HTML.
    style : str
        What the page adds to the style of all.
    """
    title = escape(shown(title))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}{style}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


def section(title: str, lines: Iterable[str], about: str = "") -> str:
    """A part of a page under its heading; nothing if there are no lines."""
    body = "".join(lines)
    if not body:
        return ""
    said = f'<p class="soft">{escape(about)}</p>\n' if about else ""
    return f"<section>\n<h2>{escape(title)}</h2>\n{said}{body}</section>\n"


def facts(known: Iterable[tuple[str, str, str]]) -> str:
    """The numbers at the top of a page: what each is, the number, and the HTML that it opens."""
    lines = (
        f"<details><summary><b>{escape(number)}</b><span>{escape(name)}</span></summary>\n"
        f'<div class="names">{inside}</div></details>\n'
        for name, number, inside in known
        if number
    )
    return f'<div class="facts">\n{"".join(lines)}</div>\n'


def opening(name: str, share: float | None, count: str, inside: str, kind: str = "") -> str:
    """A line that opens: its name, a bar, a number, and what is behind it."""
    bar = "" if share is None else f'<span class="track"><i style="width:{share:.1%}"></i></span>'
    kind = f' class="{kind}"' if kind else ""
    return (
        f"<details{kind}><summary><span>{name}</span>{bar}"
        f'<span class="count">{count}</span></summary>\n'
        f'<div class="names">{inside}</div></details>\n'
    )


def names_html(students: Iterable[str]) -> str:
    """The names of students as HTML, in order."""
    return ", ".join(escape(shown(student)) for student in sorted(students)) or "nobody"
