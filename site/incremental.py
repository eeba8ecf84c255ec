"""A Sphinx extension: a build of what has changed gives what a build of everything would.

Sphinx writes a page again if its source has changed. Here it is told what else a page shows of
others, its search index is made of all pages again, and pictures of pages that were are taken away.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Set
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment


class WholeIndexBuilder(StandaloneHTMLBuilder):
    """Writes HTML, and a search index that does not rest on the one before."""

    def load_indexer(self, docnames: Set[str]) -> None:
        for name in sorted(set(self.env.all_docs) - set(docnames)):
            doctree = self.env.get_and_resolve_doctree(name, self)
            self.index_page(name, doctree, self.env.longtitles[name].astext())


def to_write_again(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """All pages, if what each shows of others has changed: titles, their order, anchors."""
    note, seen = outline_note(app), outline(env)
    is_same = note.is_file() and note.read_text(encoding="utf-8") == seen
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(seen, encoding="utf-8")
    return () if is_same else sorted(env.found_docs)


def outline_note(app: Sphinx) -> Path:
    """The file, beside the pages, that holds the outline they were written with."""
    return Path(app.outdir).with_name(f"{Path(app.outdir).name}-outline.json")


def outline(env: BuildEnvironment) -> str:
    """The titles of all pages, which page lists which, and the anchors of their headings."""
    pages = {
        name: [title.astext(), env.toctree_includes.get(name, []), anchors(env, name)]
        for name, title in env.titles.items()
    }
    return json.dumps(pages, sort_keys=True, ensure_ascii=False)


def anchors(env: BuildEnvironment, name: str) -> str:
    return repr(env.metadata[name].get("myst_slugs", {}))


def take_away_old_pictures(app: Sphinx, env: BuildEnvironment) -> None:
    known = {name for _, name in env.images.values()}
    for path in Path(app.outdir, "_images").glob("*"):
        if path.name not in known:
            path.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_builder(WholeIndexBuilder, override=True)
    app.connect("env-updated", to_write_again)
    app.connect("env-updated", take_away_old_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
