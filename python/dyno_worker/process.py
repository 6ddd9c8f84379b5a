"""What concerns this process itself: whom it dies with, where prints go, how many threads it has."""

from __future__ import annotations

import os
import signal
import sys


def take_pipes() -> "tuple[int, int]":
    """
    File descriptors of the protocol. From here on, what a library prints goes to standard error and what reads standard input finds it
    empty: neither can break a frame.
    """
    source = os.dup(0)
    sink = os.dup(1)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, sink


def die_with_parent() -> None:
    """
    Asks the kernel to kill this process when its parent dies (prctl(2), PR_SET_PDEATHSIG): a call into native code reads no pipe. Elsewhere
    than on Linux, the end of standard input ends it after the run that is under way.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        pass  # No such call in this C library: the end of standard input has to do.


def thread_count() -> "int | None":
    """Threads of this process; None where the kernel does not list them."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return None
