"""Commits readings as fast as it can and tells each committed number: to be killed by `test_spool_kill.py`.

With `--boast` it tells the numbers before the commit and waits there for the kill: a spool that lies, to show that the
test would notice.
"""

import signal
import sys
from pathlib import Path

from utils.publisher.clock import Anchor, Stamp
from utils.publisher.spool import Spool, Taken


def main() -> None:
    """Never ends by itself."""
    spool = Spool(Path(sys.argv[1]), boot_id="boot-1")
    spool.settle(Anchor(1_763_640_000_000, 0))
    while True:
        taken = [Taken(spool.next_seq(), Stamp(0, n), {"temperature": float(n)}) for n in range(20)]
        if "--boast" in sys.argv:
            print(taken[-1].seq, flush=True)
            signal.pause()
        spool.commit(taken, ())
        print(taken[-1].seq, flush=True)


if __name__ == "__main__":
    main()
