"""`python -m tests.sample_class DIR [LESSON …]`: what the class handed in, to `DIR/submitted/`."""

import sys
from pathlib import Path

from autograder.lessons.course import Course
from autograder.lessons.errors import ClassroomError

from .assignments import ASSIGNMENTS
from .students import write_submissions


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit("usage: python -m tests.sample_class DIR [LESSON …]")
    folder, course = Path(sys.argv[1]), Course.find()
    try:
        lessons = [course.lesson(name) for name in sys.argv[2:] or ASSIGNMENTS]
    except ClassroomError as error:
        sys.exit(f"{error}")
    for lesson in lessons:
        written = write_submissions(folder, lesson, ASSIGNMENTS[lesson.name])
        for sentence in written.kept_sentences(folder):
            print(sentence)
    count = sum(len(ASSIGNMENTS[lesson.name].students) for lesson in lessons)
    print(f"{count} notebooks were handed in to {folder / 'submitted'}")


if __name__ == "__main__":
    main()
