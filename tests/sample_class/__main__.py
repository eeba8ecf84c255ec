"""`python -m tests.sample_class DIR`: write what the class handed in to `DIR/submitted/`."""

import sys
from pathlib import Path

from autograder.lessons.course import Course

from .assignments import ASSIGNMENTS
from .students import write_submissions


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.sample_class DIR")
    folder, course = Path(sys.argv[1]), Course.find()
    for name, assignment in ASSIGNMENTS.items():
        written = write_submissions(folder, course.lesson(name), assignment)
        for sentence in written.kept_sentences(folder):
            print(sentence)
    count = sum(len(assignment.students) for assignment in ASSIGNMENTS.values())
    print(f"{count} notebooks were handed in to {folder / 'submitted'}")


if __name__ == "__main__":
    main()
