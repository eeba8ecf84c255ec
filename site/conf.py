"""Sphinx's settings for the pages that `site/building.py` writes."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "Convolutional neural networks, piece by piece"
author = "The course's authors"
project_copyright = "the course's authors. Code: MIT. Prose: CC BY 4.0"
version = release = version_of("cnn-course-autograder")
language = "en"

extensions = ["myst_nb", "mathml", "incremental", "mistake_search"]
exclude_patterns = ["_build"]
suppress_warnings = ["mystnb.unknown_mime_type", "misc.highlighting_failure"]

myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "attrs_inline"]
myst_heading_anchors = 4
myst_dmath_double_inline = True
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show the {type}"
nb_code_prompt_hide = "Hide the {type}"

html_theme = "furo"
html_title = "CNNs, piece by piece"
html_static_path = [str(Path(__file__).parent / "static")]
html_css_files = ["course.css"]
html_js_files = ["course.js"]
html_favicon = str(Path(__file__).parent / "static" / "favicon.svg")
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # it would be fetched, which no browser does from a disk
html_permalinks_icon = "#"
html_last_updated_fmt = None
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {
    "sidebar_hide_name": False,
    "light_css_variables": {
        "color-brand-primary": "#00557f",
        "color-brand-content": "#00629b",
        "color-brand-visited": "#6a4c93",
    },
    "dark_css_variables": {
        "color-brand-primary": "#7cc4f0",
        "color-brand-content": "#7cc4f0",
        "color-brand-visited": "#c3a6e8",
    },
}

linkcheck_ignore = [r"https://cnn-course\.example"]  # a name that is kept for the course
linkcheck_timeout = 20
linkcheck_retries = 2

html_use_index = False  # no page has entries for it
epub_title = project
epub_theme = "epub"
epub_theme_options = {"relbar1": False, "footer": False}
epub_show_urls = "no"
epub_description = "A course whose readers write every piece in NumPy, with its answers run"
epub_contributor = author
epub_identifier = "urn:uuid:5b1c1f0e-2d57-5d0c-9a4b-6f2b8a3c1e77"
epub_scheme = "UUID"
epub_uid = "course"
epub_tocdepth = 2
epub_tocscope = "includehidden"
epub_css_files = ["book.css"]
epub_exclude_files = ["search.html"]
epub_use_index = False
