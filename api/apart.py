"""Work in a process of its own, which can be ended: a file that makes for hours of work, or ends it by a fault of a library,
costs a refusal and not the server."""

import logging
import multiprocessing
import resource
import threading

from gis.errors import Refusal

MOST_BYTES = 4 << 30  # of address space, libraries included
TOO_LONG = "The file makes for over {} seconds of work; mend it with `wangge check` and `wangge conform`, or send less of it."
GAVE_UP = "The file cannot be worked on: it needs too much memory, or is damaged in a way that a library does not withstand."

log = logging.getLogger("wangge.apart")


class Apart:
    """A process that does one piece of work at a time, started when first needed and again after it was ended.

    Parameters
    ----------
    most_s : float
        After which it is ended.
    """

    def __init__(self, *, most_s):
        self.most_s = most_s
        self._process = self._pipe = None
        self._lock = threading.Lock()

    def run(self, work, *arguments):
        """What a function of a module gives for some arguments, all of which can be pickled.

        Raises
        ------
        Refusal
            ``work_too_long``, ``work_failed``; what the function refuses.
        """
        with self._lock:
            self._start()
            try:
                self._pipe.send((work, arguments))
                is_done = self._pipe.poll(self.most_s)
                said, value = self._pipe.recv() if is_done else (None, None)
            except (EOFError, OSError):
                self._end()
                log.error("work ended by itself: %s", work.__name__)
                raise Refusal("work_failed", GAVE_UP) from None
            if not is_done:
                self._end()
                raise Refusal("work_too_long", TOO_LONG.format(self.most_s))
        if said == "refused":
            code, message, details = value
            raise Refusal(code, message, **details)
        if said == "failed":
            log.error("work failed: %s: %s", work.__name__, value)
            raise Refusal("work_failed", GAVE_UP)
        return value

    def close(self):
        """End the process."""
        with self._lock:
            self._end()

    def _start(self):
        if self._process is None or not self._process.is_alive():
            self._end()
            context = multiprocessing.get_context("spawn")  # a fork would copy the locks of the server's threads
            self._pipe, other = context.Pipe()
            self._process = context.Process(target=_serve, args=(other,), name="wangge-apart", daemon=True)
            self._process.start()
            other.close()

    def _end(self):
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._process = self._pipe = None


def _serve(pipe):
    """Do what comes until nobody is there any more."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    while True:
        try:
            work, arguments = pipe.recv()
        except EOFError:
            return
        pipe.send(_outcome(work, arguments))


def _outcome(work, arguments):
    try:
        return "done", work(*arguments)
    except Refusal as refusal:
        return "refused", (refusal.code, refusal.message, refusal.details)
    except Exception as error:
        return "failed", type(error).__name__
