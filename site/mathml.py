"""A Sphinx extension: formulas as MathML, which a browser sets by itself."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html import HTMLTranslator

from autograder.running.formulas import set_formula


def inline(translator: HTMLTranslator, node: nodes.math) -> None:
    translator.body.append(set_formula(node.astext()))
    raise nodes.SkipNode


def block(translator: HTMLTranslator, node: nodes.math_block) -> None:
    # It can be moved on a narrow page: with the keyboard too.
    made = set_formula(node.astext(), block=True)
    translator.body.append(f'<div class="formula" tabindex="0">{made}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer(
        "mathml", inline_renderers=(inline, None), block_renderers=(block, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
