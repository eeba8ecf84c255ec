"""`python -m tools`: the set-up. Stopped before there is anything to say, it says nothing."""

import signal
import sys

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .set_up import main

    sys.exit(main())
