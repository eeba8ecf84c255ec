"""What the project says of itself: dependencies in step, data whole, a wheel that works."""

import ast
import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from email.parser import Parser
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder import datasets
from autograder.cli import DISTRIBUTION, main

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def environment() -> list:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def test_conda_users_get_the_same_ranges():
    conda = [line for line in environment() if isinstance(line, str)]
    wanted = {f"python{PROJECT['requires-python']}", "pip", *PROJECT["dependencies"]}
    assert set(conda) == wanted


def install_as_conda(lines: list[str], folder: Path) -> subprocess.CompletedProcess:
    """Have pip read `lines` as conda hands them over: in a file, from the folder of the course."""
    (folder / "condaenv.requirements.txt").write_text("\n".join(lines))
    offline = ("--isolated", "--no-index", "--no-build-isolation", "--dry-run")
    command = [sys.executable, "-m", "pip", *offline[:1], "install", *offline[1:], "-U", "-r"]
    return subprocess.run(
        [*command, folder / "condaenv.requirements.txt", "--exists-action=b"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_pip_takes_the_lines_that_conda_gives_it_and_installs_only_the_course(tmp_path):
    (lines,) = (line["pip"] for line in environment() if isinstance(line, dict))
    done = install_as_conda(lines, tmp_path)
    assert done.returncode == 0, done.stderr
    (would,) = re.findall(r"Would install (.*)", done.stdout)
    assert would.split() == [f"{DISTRIBUTION}-{PROJECT['version']}"]


def test_a_line_that_pip_does_not_take_is_noticed(tmp_path):
    done = install_as_conda(["--no-deps", "-e ."], tmp_path)
    assert done.returncode != 0
    assert "--no-deps" in done.stderr


def git(*arguments: str | Path, cwd: Path) -> str:
    name = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *name, *arguments], cwd=cwd, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_a_clone_on_windows_has_the_same_bytes(tmp_path):
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    for name in ("data", "notebooks", "solutions", "tests/sample_class"):
        shutil.copytree(ROOT / name, origin / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".gitattributes", "Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, origin / name)
    git("init", "-q", cwd=origin)
    git("-c", "core.autocrlf=false", "add", "-A", cwd=origin)
    git("commit", "-q", "-m", "All there is", cwd=origin)
    git("clone", "-q", "-c", "core.autocrlf=true", origin, clone, cwd=tmp_path)
    names = git("ls-files", "-z", cwd=clone).split("\0")[:-1]
    assert len(names) > 40
    assert [n for n in names if (clone / n).read_bytes() != (origin / n).read_bytes()] == []
    assert git("status", "--porcelain", cwd=clone) == ""


def test_every_data_file_is_the_one_the_course_was_written_with():
    on_disk = {path.name for path in (ROOT / "data").iterdir()} - {"README.md"}
    assert on_disk == set(datasets.CHECKSUMS)
    for name in datasets.CHECKSUMS:
        datasets.verify(name)


def test_every_data_file_has_its_origin_and_terms_written_down():
    page = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert [name for name in datasets.CHECKSUMS if f"`{name}`" not in page] == []


def test_a_changed_data_file_is_noticed(tmp_path, monkeypatch):
    for name in datasets.CHECKSUMS:
        (tmp_path / name).write_bytes(b"something else")
    monkeypatch.setattr(datasets, "data_folder", lambda: tmp_path)
    with pytest.raises(datasets.DataError, match=r"data/camera\.png has changed"):
        datasets.verify("camera.png")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        folder,
        ROOT,
    ]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode("utf-8"))


def test_the_distribution_has_a_name_of_its_own(wheel, metadata):
    assert wheel.name.startswith("cnn_course_autograder-")
    assert metadata["Name"] == DISTRIBUTION == "cnn-course-autograder"


def test_no_page_installs_a_strangers_package():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("*.yml"), *ROOT.glob("Makefile")]
    for folder in ("autograder", "docs", "site", "solutions", "benchmarks"):
        pages += [p for p in (ROOT / folder).rglob("*") if p.suffix in (".md", ".py")]
    strange = re.compile(r"(?<![\w-])autograder\[|pip install (-\S+ )*['\"]?autograder\b")
    told = [page for page in pages if strange.search(page.read_text(encoding="utf-8"))]
    assert told == []


def test_the_command_says_its_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"cnn-course-autograder {PROJECT['version']}\n"


def test_the_package_says_who_made_it_and_where_it_lives(metadata):
    assert metadata["Author"]
    links = dict(link.split(", ") for link in metadata.get_all("Project-URL"))
    assert {"Homepage", "Source", "Issues"} <= links.keys()
    versions = [c for c in metadata.get_all("Classifier") if c.startswith("Programming Language")]
    assert {c.rpartition(" ")[2] for c in versions} == {"3", "3.11", "3.12", "3.13"}


def test_every_link_of_the_packages_page_leads_somewhere_from_there(metadata):
    source = PROJECT["urls"]["Source"]
    links = re.findall(r"\]\(([^)]+)\)", metadata.get_payload())
    assert links
    for link in links:
        assert link.startswith("https://")
        if link.startswith(f"{source}/"):
            path = re.fullmatch(rf"{re.escape(source)}/(?:blob|raw)/main/([^#]+)(#.*)?", link)[1]
            assert (ROOT / path).exists(), link


def test_a_wheel_carries_the_terms_of_all_that_is_in_it(wheel, metadata):
    terms = set(metadata["License-Expression"].split(" AND "))
    carried = set(metadata.get_all("License-File"))
    assert carried == {"LICENSE", "data/README.md"} | {f"LICENSES/{term}.txt" for term in terms}
    with zipfile.ZipFile(wheel) as archive:
        for name in carried:
            (inside,) = (n for n in archive.namelist() if n.endswith(f"/licenses/{name}"))
            assert archive.read(inside) == (ROOT / name).read_bytes()


def test_the_terms_of_every_data_file_are_among_them():
    page = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[4] for line in page.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"\]\(\.\./LICENSES/([^)]+)\)", row)}
    own = ("public domain", "this course's own")
    assert [row for row in rows if "LICENSES/" not in row and row.strip() not in own] == []
    assert named == {path.name for path in (ROOT / "LICENSES").iterdir()} - {"CC-BY-4.0.txt"}


def test_a_wheel_says_that_its_types_can_be_used(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assert "autograder/py.typed" in archive.namelist()


def test_a_wheel_carries_the_data(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for name, checksum in datasets.CHECKSUMS.items():
            content = archive.read(f"autograder/_data/{name}")
            assert hashlib.sha256(content).hexdigest() == checksum


def test_an_installed_wheel_loads_its_own_data(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from autograder import datasets\n"
        "assert datasets.data_folder().name == '_data', datasets.data_folder()\n"
        "print(datasets.load_photo('chelsea').shape, len(datasets.imagenet_classes()))\n"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-c", program, tmp_path / "site"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert result.stdout.strip() == "(300, 451, 3) 1000"


FOLDERS = {
    "autograder": ("learn",),
    "tests": ("tests",),
    "tests/postgres": ("tests", "postgresql"),
    "tests/site": ("tests", "site"),
    "tests/torch_referee": ("tests", "bench"),
    "benchmarks": ("tests", "bench"),
    "site": ("tests", "site"),
}
"""Folders of programs, with the extras that bring what they import."""


there = cache(packages_distributions)
"""The distributions that each package which can be imported here is from."""


@cache
def imported(folder: Path, but: tuple[Path, ...]) -> frozenset[str]:
    """Names of the packages that the programs in a folder import, Python's own left out."""
    names = set()
    for path in folder.rglob("*.py"):
        if any(other in path.parents for other in but):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.partition(".")[0])
    return frozenset(names - sys.stdlib_module_names)


def declared(extras: Iterable[str]) -> set[str]:
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return {canonicalize_name(Requirement(line).name) for line in lines}


OURS = {"autograder", "tests", "tools", "benchmarks", "onnx_node"}
OURS |= {path.stem for path in (ROOT / "site").iterdir()}

OPTIONAL = {"torch", "threadpoolctl", "psycopg", "fsrs", "genanki", "docutils", "sphinx"}
"""Where packages are from that need not be installed here."""


@pytest.mark.parametrize("folder", FOLDERS)
def test_all_that_is_imported_is_declared(folder):
    inner = tuple(ROOT / other for other in FOLDERS if other.startswith(f"{folder}/"))
    said = declared(FOLDERS[folder])
    strange = {}
    for name in imported(ROOT / folder, inner) - OURS:
        brings = {canonicalize_name(one) for one in there().get(name, {name} & OPTIONAL)}
        if not brings & said:
            strange[name] = brings
    assert strange == {}


def test_all_that_grading_installs_is_imported():
    names = imported(ROOT / "autograder", ())
    used = {canonicalize_name(one) for name in names for one in there().get(name, ())}
    assert declared(()) - used == {
        "jupyterlab",
        "pytest",
        "cryptography",
    }  # for students: to read, and to test with; for Dask: to make certificates with


@pytest.mark.parametrize(
    "line", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["tests"]]
)
def test_every_dependency_says_from_which_version_on(line):
    assert any(one.operator == ">=" for one in Requirement(line).specifier)


def test_no_test_can_wait_for_ever(pytestconfig):
    assert pytestconfig.pluginmanager.hasplugin("timeout"), "install the extra [tests]"
    assert 0 < float(pytestconfig._env_timeout) <= 900


def test_ci_ends_within_an_hour_and_a_half_whichever_step_hangs():
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    seconds = re.findall(r'(?:^|\|\| )\s*step "[^"]+" (\d+)', text, re.MULTILINE)
    assert len(seconds) == text.count('step "')
    assert sum(map(int, seconds)) <= 5300
