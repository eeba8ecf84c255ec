"""An explorer inside another page: a frame of its own, and a still picture where nothing runs."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from string import Template
from typing import Any

from autograder.figures.explorers.page import EXPLORERS, FOLDER, document
from autograder.figures.style import FONT, MUTED

WIDTH = 960
"""Pixels across, at most."""

HEIGHT = 640
"""Pixels of the frame until the explorer has said how many it needs."""

FRAME = Template(
    '<div data-explorer="$name" style="max-width:${width}px">'
    '<figure data-part="still" style="margin:0">$still'
    '<figcaption style="font-family:$font;color:$muted;font-size:14px">$words</figcaption></figure>'
    '<iframe data-part="frame" title="$title" sandbox="allow-scripts" allow="clipboard-write" '
    'style="display:none;width:100%;height:${height}px;border:0;border-radius:10px" '
    'srcdoc="$page"></iframe><script>$script</script></div>'
)

SCRIPT = """
(function () {
  function theme() {
    const said = { ...document.documentElement.dataset, ...document.body.dataset };
    const { jpThemeLight, theme } = said;
    return jpThemeLight ? (jpThemeLight === "true" ? "light" : "dark") : theme;
  }
  function start(root) {
    const frame = root.querySelector("iframe");
    const say = (words) => frame.contentWindow.postMessage(words, "*");
    const tell = () => say({ explorerTheme: theme() });
    let kept;
    addEventListener("message", ({ source, data }) => {
      if (source !== frame.contentWindow) return;
      if (data.explorerHeight > 0) frame.style.height = data.explorerHeight + "px";
      if (typeof data.explorerState === "string") kept = data.explorerState;
      if (data.explorerReady) {
        tell();
        if (kept !== undefined) say({ explorerState: kept });
      }
    });
    for (const place of [document.documentElement, document.body]) {
      const watched = { attributeFilter: ["data-theme", "data-jp-theme-light"] };
      new MutationObserver(tell).observe(place, watched);
    }
    root.dataset.ready = "yes";
    root.querySelector('[data-part="still"]').style.display = "none";
    frame.style.display = "block";
  }
  document.querySelectorAll("[data-explorer]:not([data-ready])").forEach(start);
})();
"""
"""Shows the frame where scripts run, as high as it asks to be, and as dark as the page; a frame
that is loaded anew, as notebooks do where a cell is moved, goes on where it was."""


@dataclass(frozen=True)
class Embedded:
    """An explorer that shows itself in a notebook and says in a terminal what it is.

    Parameters
    ----------
    html : str
    text : str
    """

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text


def embed(name: str, data: Mapping[str, Any] | None = None) -> Embedded:
    """An explorer for a page that holds other things too.

    Parameters
    ----------
    name : str
        A key of `EXPLORERS`.
    data : mapping, optional
        As `document` takes it.

    Examples
    --------
    >>> print(embed("place-the-window").text[:46])
    Place the window: Choose the size of a picture
    """
    title, sentence = EXPLORERS[name]
    html = FRAME.substitute(
        name=name,
        width=WIDTH,
        height=HEIGHT,
        font=escape(FONT),
        muted=MUTED,
        title=escape(f"{title}: an explorer"),
        still=still(name),
        words=escape(f"{title}. {sentence}"),
        page=escape(document(name, data)),
        script=SCRIPT,
    )
    return Embedded(html, f"{title}: {sentence}")


def still(name: str) -> str:
    """The explorer's picture, as an image element; nothing where it has none."""
    file = FOLDER / "stills" / f"{name}.webp"
    if not file.is_file():
        return ""
    image = b64encode(file.read_bytes()).decode("ascii")
    words = escape(f"{EXPLORERS[name].title}: {EXPLORERS[name].sentence}")
    look = "display:block;max-width:100%;height:auto"
    return f'<img alt="{words}" style="{look}" src="data:image/webp;base64,{image}">'
