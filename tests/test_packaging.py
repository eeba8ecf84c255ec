"""What the project says of itself: dependencies in step, data whole, a wheel that works."""

import hashlib
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from autograder import datasets

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_conda_users_get_the_same_ranges():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [line for line in environment["dependencies"] if isinstance(line, str)]
    wanted = {f"python{PROJECT['requires-python']}", "pip", *PROJECT["dependencies"]}
    assert set(conda) == wanted


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
