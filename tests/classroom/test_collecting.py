"""What platforms let one download comes into `submitted/`, each file to its student, or is told."""

from __future__ import annotations

import json
import os
import shutil
import stat
import unicodedata
import zipfile
from pathlib import Path
from random import Random

import pytest

from autograder.classroom.archives import MOST_BYTES
from autograder.classroom.collecting import Collected, collect, read_origins, read_roster
from autograder.classroom.collecting.names import named
from autograder.classroom.folder import ClassFolder
from autograder.classroom.submissions import find_students, read_submission
from autograder.lessons.errors import ClassroomError
from tests.classroom.downloads import CLASS, canvas_list, moodle_list, notebook, zip_file
from tests.running.as_handed_in import FILE, LESSON, MUTATORS, base, lesson, zip_of

ADA, ZOE = CLASS[:2]


@pytest.fixture
def folder(tmp_path: Path) -> ClassFolder:
    root = tmp_path / "class"
    root.mkdir()
    return ClassFolder(root)


def run(folder: ClassFolder, *places: Path, roster: str = "") -> Collected:
    if roster:
        (folder.root / "students.csv").write_text(roster, encoding="utf-8")
    file = folder.root / "students.csv"
    return collect(lesson(), folder, places, read_roster(file) if file.is_file() else None)


def taken(folder: ClassFolder, student: str) -> bytes:
    return (folder.submitted / student / LESSON / FILE).read_bytes()


def rows(result: Collected) -> list[tuple[str, str, str]]:
    return [(row.student, row.what, row.why) for row in result.rows]


# --- the platforms' names -----------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["canvas", "moodle", "moodle 4.1", "moodle without folders"])
def test_a_platforms_zip_is_collected_by_its_list(platform, folder, tmp_path):
    ends = {"moodle": "_/", "moodle 4.1": "/", "moodle without folders": "_"}
    names = [
        one.canvas(100 + at) if platform == "canvas" else one.moodle(end=ends[platform])
        for at, one in enumerate(CLASS)
    ]
    files = {name: notebook(name) for name in names}
    roster = canvas_list(CLASS) if platform == "canvas" else moodle_list(CLASS)
    result = run(folder, zip_file(tmp_path / "x.zip", files), roster=roster)
    assert sorted(rows(result)) == sorted((one.login, "taken", "") for one in CLASS)
    for one, name in zip(CLASS, names, strict=True):
        assert taken(folder, one.login) == files[name]
        assert read_origins(folder, lesson())[one.login].path == name
        assert read_origins(folder, lesson())[one.login].number == str(one.number)
    assert find_students(folder, lesson())[0] == sorted(one.login for one in CLASS)
    assert result.missing == []


@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_the_other_platforms_list_will_do_where_the_name_is_certain(platform, folder, tmp_path):
    files = {(one.canvas(7) if platform == "canvas" else one.moodle()): notebook() for one in CLASS}
    roster = moodle_list(CLASS) if platform == "canvas" else canvas_list(CLASS)
    lines = [
        line.replace("Participant 47", "").replace("47", "", 1) for line in roster.splitlines()
    ]
    result = run(folder, zip_file(tmp_path / "x.zip", files), roster="\n".join(lines))
    assert {row.what for row in result.rows} == {"taken"}


def test_without_a_list_students_are_called_by_name_and_number(folder, tmp_path):
    canvas = zip_file(tmp_path / "c.zip", {ADA.canvas(1): notebook()})
    moodle = zip_file(tmp_path / "m.zip", {ZOE.moodle(): notebook()})
    assert [row.student for row in run(folder, canvas, moodle).rows] == [
        "lovelaceada_4700",
        "Zoë O'Neil_4701",
    ]


NAMES = {
    "lovelaceada_4711_90210_02-filters.ipynb": ("lovelaceada", "4711", False, 90210),
    "lovelaceada_LATE_4711_90210_a_b_c.ipynb": ("lovelaceada", "4711", True, 90210),
    "van_der_berganna_4711_90210_x.ipynb": ("van_der_berganna", "4711", False, 90210),
    "李小龍_LATE_12_13_x-2.ipynb": ("李小龍", "12", True, 13),
    "anon_AbC12_13_x.ipynb": ("AbC12", "AbC12", False, 13),
    "lovelaceada_4711_text.html": ("lovelaceada", "4711", False, 0),
}


@pytest.mark.parametrize("name", NAMES)
def test_canvas_names(name):
    found = named([name])
    assert found is not None
    assert (found.sender.name, found.sender.number, found.sender.late, found.file) == NAMES[name]


@pytest.mark.parametrize("name", ["02-filters.ipynb", "12_34_x.ipynb", "ada.ipynb", "my_2_notes"])
def test_other_names_are_no_platforms(name):
    assert named([name]) is None


def test_what_the_platform_says_is_kept(folder, tmp_path):
    name = ADA.canvas(90, "Copy of 02-filters-3.ipynb", late=True)
    result = run(folder, zip_file(tmp_path / "x.zip", {name: notebook()}))
    assert rows(result) == [("lovelaceada_4700", "taken", "late, says the platform")]
    origin = read_origins(folder, lesson())["lovelaceada_4700"]
    assert (origin.late, origin.file, origin.resubmission, origin.number) == (True, 90, 3, "4700")


def test_moodles_time_of_handing_in_counts(folder, tmp_path):
    place = zip_file(tmp_path / "x.zip", {ADA.moodle(): notebook()})
    run(folder, place, roster=moodle_list(CLASS, "Friday, 9 January 2026, 10:00 AM +0100"))
    submission = read_submission(folder, lesson(), "ada")
    assert submission.timestamp == "2026-01-09 09:00:00.000000 UTC"


# --- other places -------------------------------------------------------------------------------


def test_a_folder_of_clones_is_collected_by_account(folder, tmp_path):
    clones = tmp_path / "clones"
    for name in ("02-filters-ada-gh", "02-filters-zoe-gh"):
        (clones / name / ".git").mkdir(parents=True)
        (clones / name / "work").mkdir()
        (clones / name / "README.md").write_text("ours")
        (clones / name / "work" / "x.ipynb").write_bytes(notebook(name))
        (clones / name / "work" / "my_helper.py").write_text("x = 1")
    (clones / "README.md").write_text("about the clones")
    roster = "identifier,github_username,name\nada,ada-gh,Ada\nzoe,zoe-gh,Zoë\nbob,,Bob\n"
    result = run(folder, clones, roster=roster)
    assert rows(result) == [("ada-gh", "taken", ""), ("zoe-gh", "taken", "")]
    assert (folder.submitted / "ada-gh" / LESSON / "my_helper.py").read_text() == "x = 1"
    assert result.missing == ["bob"]


def test_nbgraders_exchange_is_collected_with_its_times(folder, tmp_path):
    inbound = tmp_path / "inbound"
    for time, word in (("10:00:00", "first"), ("12:00:00", "second")):
        place = inbound / f"ada+{LESSON}+2026-01-09 {time} UTC+abc"
        place.mkdir(parents=True)
        (place / FILE).write_bytes(notebook(word))
    other = inbound / "ada+03-padding-and-stride+2026-01-10 10:00:00 UTC"
    other.mkdir()
    (other / "x.ipynb").write_bytes(b"{}")
    result = run(folder, inbound)
    assert sorted(row.what for row in result.rows) == ["older", "taken"]
    assert taken(folder, "ada") == notebook("second")
    assert read_submission(folder, lesson(), "ada").timestamp == "2026-01-09 12:00:00.000000 UTC"


WRAPPED = ["{}/02-filters.ipynb", "all/{}/02-filters/02-filters.ipynb", "02-filters/{}/x.ipynb"]


@pytest.mark.parametrize("form", WRAPPED)
def test_students_folders_are_found_beneath_others(form, folder, tmp_path):
    files = {form.format(name): notebook(name) for name in ("ada", "bob")}
    result = run(folder, zip_file(tmp_path / "x.zip", files))
    assert rows(result) == [("ada", "taken", ""), ("bob", "taken", "")]


def test_an_unpacked_download_is_collected_like_the_zip(folder, tmp_path):
    place = tmp_path / "unpacked" / "submissions"
    place.mkdir(parents=True)
    for at, one in enumerate(CLASS):
        (place / one.canvas(at + 1)).write_bytes(notebook(one.login))
    result = run(folder, place.parent, roster=canvas_list(CLASS))
    assert {row.what for row in result.rows} == {"taken"}


@pytest.mark.parametrize("name", ["02-filters (1).ipynb", "Copy of x.ipynb", "Untitled.ipynb.txt"])
def test_a_notebook_is_known_by_its_cells(name, folder, tmp_path):
    result = run(folder, zip_file(tmp_path / "x.zip", {ADA.moodle(name): notebook()}))
    assert [row.what for row in result.rows] == ["taken"]


@pytest.mark.parametrize("editor", ["Colab", "VS Code", "all ids gone"])
def test_what_other_editors_saved_is_taken(editor, folder, tmp_path):
    names = [name for name in MUTATORS if editor.lower() in name.lower()]
    assert names
    for name in names:
        handed = base()
        MUTATORS[name].change(handed, Random(1))
        shutil.rmtree(folder.submitted, ignore_errors=True)
        shutil.rmtree(folder.collected, ignore_errors=True)
        data = handed.write(handed.notebook)
        result = run(folder, zip_file(tmp_path / "x.zip", {ADA.canvas(3, "x.ipynb"): data}))
        assert [row.what for row in result.rows] == ["taken"], name
        assert taken(folder, "lovelaceada_4700") == data


def test_a_notebook_in_a_students_own_zip_is_taken(folder, tmp_path):
    inner = zip_of({f"work/{FILE}": notebook()})
    result = run(folder, zip_file(tmp_path / "x.zip", {ADA.canvas(3, "mine.zip"): inner}))
    assert [row.what for row in result.rows] == ["taken"]
    assert taken(folder, "lovelaceada_4700") == notebook()


# --- newer and older ----------------------------------------------------------------------------


def test_of_two_files_the_newer_is_kept(folder, tmp_path):
    files = {ADA.canvas(91, "x-1.ipynb"): notebook("new"), ADA.canvas(90): notebook("old")}
    result = run(folder, zip_file(tmp_path / "x.zip", files))
    who = "lovelaceada_4700"
    assert sorted(rows(result)) == [
        (who, "older", f"{ADA.canvas(91, 'x-1.ipynb')} is newer"),
        (who, "taken", ""),
    ]
    assert taken(folder, who) == notebook("new")


def test_what_was_collected_before_is_kept_when_a_newer_one_comes(folder, tmp_path):
    first = zip_file(tmp_path / "1.zip", {ADA.canvas(90): notebook("old")})
    second = zip_file(tmp_path / "2.zip", {ADA.canvas(91): notebook("new")})
    who = "lovelaceada_4700"
    run(folder, first)
    assert rows(run(folder, first)) == [(who, "known", "")]
    kept = f"collected/{LESSON}/{who}/1"
    assert rows(run(folder, second)) == [
        (who, "newer taken", f"newer; the one before is in {kept}")
    ]
    assert (folder.root / kept / FILE).read_bytes() == notebook("old")
    assert taken(folder, who) == notebook("new")
    assert rows(run(folder, first)) == [(who, "older", f"{ADA.canvas(91)} was collected before")]
    assert taken(folder, who) == notebook("new")


def test_what_a_person_changed_or_put_there_is_not_touched(folder, tmp_path):
    who = "lovelaceada_4700"
    mine = folder.submitted / who / LESSON / FILE
    mine.parent.mkdir(parents=True)
    mine.write_bytes(notebook("by hand"))
    place = zip_file(tmp_path / "x.zip", {ADA.canvas(91): notebook("new")})
    why = f"submitted/{who}/{LESSON} is not as it was collected: move it away first"
    assert rows(run(folder, place)) == [(who, "not taken", why)]
    assert mine.read_bytes() == notebook("by hand")


def test_places_are_left_as_they_are(folder, tmp_path):
    place = zip_file(tmp_path / "x.zip", {ADA.canvas(91): notebook()})
    before = place.read_bytes()
    run(folder, place)
    assert place.read_bytes() == before
    assert [path.name for path in (folder.submitted / "lovelaceada_4700").iterdir()] == [LESSON]


# --- what is not taken --------------------------------------------------------------------------


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


OUT = "its name leads out of the zip"
LINK = "it is a link, and links are not followed"
UNSOUND = {
    "absolute": (entry(f"/etc/{ADA.moodle()}"), OUT),
    "upward": (entry(f"../../{ADA.moodle()}"), OUT),
    "inside": (entry(ADA.moodle("../../../x.ipynb")), OUT),
    "of Windows": (entry(f"C:{ADA.moodle()}"), OUT),
    "a link": (entry(ADA.moodle(), stat.S_IFLNK | 0o777), LINK),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_leads_elsewhere_is_refused_and_all_others_are_taken(name, folder, tmp_path):
    info, why = UNSOUND[name]
    place = tmp_path / "x.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr(info, notebook())
        archive.writestr(ZOE.moodle(), notebook())
    result = run(folder, place)
    assert sorted(row.what for row in result.rows) == ["not taken", "taken"]
    assert [row.why for row in result.rows if row.what == "not taken"] == [why]
    assert {path.name for path in tmp_path.iterdir()} == {"class", "x.zip"}


def test_a_bomb_is_unpacked_no_further_than_a_notebook_may_go(folder, tmp_path):
    files = {ADA.canvas(1): bytes(MOST_BYTES + 2), ZOE.canvas(2): notebook()}
    place = zip_file(tmp_path / "x.zip", files)
    assert place.stat().st_size < 200_000
    assert rows(run(folder, place)) == [
        ("lovelaceada_4700", "not taken", "it unpacks to more than 64 MB"),
        ("oneilzoë_4701", "taken", ""),
    ]


def test_a_zip_of_too_many_files_is_refused(folder, tmp_path):
    place = zip_file(tmp_path / "x.zip", {str(n): b"" for n in range(20_100)})
    says = "x.zip holds more than 20,000 files, which is no class's work: nothing was taken from it"
    with pytest.raises(ClassroomError, match=says):
        run(folder, place)


@pytest.mark.parametrize(
    "data", [b"Rar!", b"", zip_of({FILE: b"{}"})[:40]], ids=["another kind", "empty", "cut off"]
)
def test_what_is_no_zip_is_refused_in_a_sentence(data, folder, tmp_path):
    place = tmp_path / "x.zip"
    place.write_bytes(data)
    with pytest.raises(ClassroomError, match="neither a folder, a notebook nor a zip"):
        run(folder, place)


def test_a_place_that_is_not_there_is_refused(folder, tmp_path):
    with pytest.raises(ClassroomError, match=r"There is no .+gone: name a zip"):
        run(folder, tmp_path / "gone")


def test_whoever_is_not_on_the_list_is_told(folder, tmp_path):
    files = {one.canvas(at + 1): notebook() for at, one in enumerate(CLASS)}
    place = zip_file(tmp_path / "x.zip", files)
    result = run(folder, place, roster=canvas_list(CLASS[1:]))
    assert [(row.student, row.why) for row in result.rows if row.what == "not taken"] == [
        (
            "lovelaceada",
            "nobody in students.csv is called so and none has the number 4700: "
            "add a row for the student, and collect again",
        )
    ]
    assert len(list(folder.submitted.iterdir())) == len(CLASS) - 1


def test_two_students_of_one_name_are_told_apart_by_number_only(folder, tmp_path):
    twins = [ADA, type(ADA)("Ada", "Lovelace", "ada2", 4999)]
    files = {one.canvas(at + 1): notebook(one.login) for at, one in enumerate(twins)}
    run(folder, zip_file(tmp_path / "x.zip", files), roster=canvas_list(twins))
    assert taken(folder, "ada") == notebook("ada")
    assert taken(folder, "ada2") == notebook("ada2")
    by_name = "Student,SIS Login ID\n" + "".join(f'"{m.sortable}",{m.login}\n' for m in twins)
    other = ClassFolder(folder.root / "other")
    other.root.mkdir()
    result = run(other, tmp_path / "x.zip", roster=by_name)
    assert {row.why for row in result.rows} == {
        "2 students in students.csv are called so and none has the number 4700",
        "2 students in students.csv are called so and none has the number 4999",
    }


def test_what_is_no_notebook_of_the_lesson_is_told(folder, tmp_path):
    files = {ADA.canvas(1, "report.pdf"): b"%PDF", ZOE.canvas(2): b"{"}
    assert rows(run(folder, zip_file(tmp_path / "x.zip", files))) == [
        ("lovelaceada_4700", "not taken", "it holds no notebook of 02-filters, only 'report.pdf'"),
        (
            "oneilzoë_4701",
            "not taken",
            "'02-filters.ipynb' is not JSON: the file is damaged or not a notebook",
        ),
    ]


def test_two_different_notebooks_in_one_hand_in_are_not_chosen_between(folder, tmp_path):
    files = {ADA.moodle("a.ipynb"): notebook("a"), ADA.moodle("b.ipynb"): notebook("b")}
    assert [row.why for row in run(folder, zip_file(tmp_path / "x.zip", files)).rows] == [
        "'a.ipynb' and 'b.ipynb' may both be it: ask which one counts, and collect that one"
    ]


# --- the list of the class ----------------------------------------------------------------------

LISTS = {
    "no columns": ("a;b\n1;2\n", "lists nobody"),
    "twice": ("Student,SIS Login ID\nA,x\nB,X\n", "lists 'X' twice"),
    "a path": ("Student,SIS Login ID\nA,../x\n", "line 2: '../x' cannot be the name of a folder"),
    "empty": ("", "lists nobody"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_cannot_be_used_says_why(name, tmp_path):
    text, says = LISTS[name]
    (tmp_path / "students.csv").write_text(text)
    with pytest.raises(ClassroomError, match=says):
        read_roster(tmp_path / "students.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("parted", [",", ";", "\t"])
def test_a_list_is_read_whatever_wrote_it(encoding, parted, tmp_path):
    text = f"First name{parted}Surname{parted}ID number\nZoë{parted}Ōno{parted}z1\n"
    (tmp_path / "students.csv").write_bytes(text.encode(encoding))
    [zoe] = read_roster(tmp_path / "students.csv").people
    assert (zoe.id, zoe.name) == ("z1", "Zoë Ōno")


def test_a_damaged_record_is_said_and_nothing_is_lost(folder, tmp_path):
    place = zip_file(tmp_path / "x.zip", {ADA.canvas(91): notebook()})
    run(folder, place)
    record = folder.collected / f"{LESSON}.json"
    assert json.loads(record.read_text())
    record.write_text("{")
    with pytest.raises(ClassroomError, match="is damaged"):
        run(folder, place)
    assert taken(folder, "lovelaceada_4700") == notebook()


SAVED = {
    "Korean Windows": ("cp949", "홍길동", "길동", "홍"),
    "Western Windows": ("cp1252", "Núñez, Zoë", "Zoë", "Núñez"),
    "UTF-16 without a mark": ("utf-16-le", "Núñez, Zoë", "Zoë", "Núñez"),
    "UTF-16, the other way round": ("utf-16-be", "Núñez, Zoë", "Zoë", "Núñez"),
    "UTF-32": ("utf-32", "Núñez, Zoë", "Zoë", "Núñez"),
    "Unix": ("utf-8", "김", "", "김"),
}


@pytest.mark.parametrize("form", SAVED)
@pytest.mark.parametrize("before", ["", "sep=;\r\n", "\r\n\r\n"], ids=["", "sep", "empty lines"])
def test_names_are_read_in_whatever_form_they_were_saved(form, before, tmp_path):
    encoding, _, first, last = SAVED[form]
    text = f"{before}First name;Surname;ID number\r\n{first};{last};z1\r\n"
    (tmp_path / "students.csv").write_bytes(text.encode(encoding))
    [zoe] = read_roster(tmp_path / "students.csv").people
    assert (zoe.id, zoe.name) == ("z1", f"{first} {last}".strip())


def test_a_zip_made_by_korean_windows_names_its_students(folder, tmp_path):
    place = zip_file(tmp_path / "x.zip", {"AAAAAA/02-filters.ipynb": notebook()})
    place.write_bytes(place.read_bytes().replace(b"AAAAAA", "홍길동".encode("cp949")))
    assert rows(run(folder, place)) == [("홍길동", "taken", "")]


AMBIGUOUS = {
    "two columns": ("Student,ID,ID\nA,1,x\n", "has two columns 'ID': rename one of them."),
    "two of a number": ("Student,ID,SIS Login ID\nA,7,x\nB,7,y\n", "has the number '7' twice"),
    "another language": ("식별자,성명\n1,김\n", "export it in English, or name them so."),
    "its column of numbers in it": ("ID\nTeilnehmer/in 7\n", "is to be named Username."),
    "twice, in Korean": ("Student\n김\n김\n", "lists '김' twice"),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_list_that_may_mean_two_things_is_refused(name, tmp_path):
    text, says = AMBIGUOUS[name]
    (tmp_path / "students.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ClassroomError) as error:
        read_roster(tmp_path / "students.csv")
    assert says in str(error.value)


def test_a_list_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / "students.csv").mkdir()
    with pytest.raises(ClassroomError, match="is no file: the list of students is a table"):
        read_roster(tmp_path / "students.csv")


def test_a_pipe_is_no_place_to_collect_from(folder, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ClassroomError, match="neither a folder, a notebook nor a zip"):
        run(folder, tmp_path / "pipe")


def test_two_notebooks_of_one_student_and_one_time_are_not_chosen_between(folder, tmp_path):
    files = {"ada/x.ipynb": notebook("a"), "Ada/x.ipynb": notebook("b"), "bob/x.ipynb": notebook()}
    result = run(folder, zip_file(tmp_path / "x.zip", files), roster="identifier\nada\nbob\n")
    why = "another of the same student is as new: ask which one counts, and collect that one"
    told = [("ada", "not taken", why), ("ada", "not taken", why), ("bob", "taken", "")]
    assert rows(result) == told


def test_what_a_mac_adds_is_passed_over_and_names_are_read_as_it_writes_them(folder, tmp_path):
    name = unicodedata.normalize("NFD", ZOE.moodle())
    files = {
        f"all/{name}": notebook(),
        f"__MACOSX/all/._{name}": b"\0\5\26\7",
        "all/.DS_Store": b"",
    }
    result = run(folder, zip_file(tmp_path / "x.zip", files), roster=moodle_list(CLASS))
    assert rows(result) == [("zoe", "taken", "")]
