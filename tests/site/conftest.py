"""What tests of the site share: its programs, and one build of a small site."""

import sys
import warnings

import pytest

from tests.generated import ROOT

sys.path.insert(0, str(ROOT / "site"))

LESSON = "02-filters"


def build(folder):
    """Build a site and a book of one lesson, from its kept run, and all guides."""
    import building

    # What Sphinx's extensions ask of each other is none of ours to mend.
    with warnings.catch_warnings(action="ignore"):
        building.main([LESSON, "--to", str(folder)])
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    return build(tmp_path_factory.mktemp("site"))
