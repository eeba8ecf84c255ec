"""`python -m tests.sample_class DIR`: write what the class handed in to `DIR/submitted/`."""

import sys
from pathlib import Path

from autograder.classroom.course import Course

from .students import CLASS, LESSON, write_class


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.sample_class DIR")
    folder = Path(sys.argv[1])
    write_class(folder, Course.find().lesson(LESSON))
    print(f"{len(CLASS)} notebooks were handed in to {folder / 'submitted'}")


if __name__ == "__main__":
    main()
