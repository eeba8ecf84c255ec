"""What can go wrong in the classroom. Every message is one sentence that a person can act on."""


class ClassroomError(Exception):
    """The command cannot do its job; the message says what to do about it."""


class LessonError(ClassroomError):
    """A lesson's source cannot be built; the message names the file and the cell."""


class JudgeError(ClassroomError):
    """The judge itself failed over a submission. That is nobody's loss: it is not graded."""


class KernelError(ClassroomError):
    """No notebook can be run on this machine: a kernel would not even start."""
