"""Boards and cards made: one at once for a look, many in a job that goes on after a restart."""

import io
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import shapely

from api.apart import Apart
from boundaries.clock import now
from boundaries.filings.drawing import Land
from boundaries.publication.board import Board, pdf_of_boards, sheet_on
from boundaries.publication.grid_map import Around
from boundaries.store import printing
from boundaries.store.filing_reading import neighbours
from boundaries.store.publication import contents_of
from boundaries.store.units import units_at
from gis.errors import Refusal
from incidents.store.landmarks import landmarks

ABOVE = ("county", "town", "village")  # in this order, so that what is finer lies on top
AT_ONCE = 2  # processes that set pages, whoever else works on the machine
LONGEST_PART_S = 180

log = logging.getLogger("wangge.printing")


class Printer:
    """Works on print jobs, one job at a time, until none is left or it is told to stop.

    What is ready is kept part by part, so that after a stop, or the loss of the server, the next one goes on where it was.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    """

    def __init__(self, engine):
        self._engine = engine
        self._stopping = threading.Event()
        self._at_work = threading.Lock()

    def __call__(self):
        """Work; a call while another is at work ends at once.

        Returns
        -------
        int
            How many boards and cards were made.
        """
        if not self._at_work.acquire(blocking=False):
            return 0
        try:
            made, more = 0, True
            while more and not self._stopping.is_set():
                more, some = self.once()
                made += some
            return made
        finally:
            self._at_work.release()

    def once(self):
        """Work on one job: until it is done, or goes wrong, which is tried again at the next call.

        Returns
        -------
        more : bool
            Whether to go on with another.
        made : int
        """
        with printing.taken(self._engine) as held:
            if held is None:
                return False, 0
            try:
                return True, self._work_on(held)
            except Exception as error:
                self._went_wrong(held, error)
                return False, 0

    def stop(self):
        """End after the parts that are being made."""
        self._stopping.set()

    def _work_on(self, held):
        made = self._make_parts(held)
        if not self._stopping.is_set():
            self._finish(held)
        return made

    def _went_wrong(self, held, error):
        with self._engine.begin() as connection:
            tries = printing.went_wrong(connection, held.id)
            log.error("print job %d, try %d: %s", held.id, tries, type(error).__name__)
            if tries >= printing.MOST_TRIES:
                printing.give_up(connection, held.id, error.code if isinstance(error, Refusal) else "work_failed")

    def _make_parts(self, held):
        with self._engine.connect() as connection:
            missing = printing.missing_parts(connection, held)
        setters = [Apart(most_s=LONGEST_PART_S) for _ in range(min(AT_ONCE, len(missing)))]
        queue, lock = iter(missing), threading.Lock()
        try:
            with ThreadPoolExecutor(max(len(setters), 1)) as pool:
                return sum(pool.map(lambda setter: self._make_some(held, setter, queue, lock), setters))
        finally:
            for setter in setters:
                setter.close()

    def _make_some(self, held, setter, queue, lock):
        """Take parts from the queue until it is empty; each waits for one process."""
        made = 0
        while not self._stopping.is_set():
            with lock:
                first, codes = next(queue, (None, None))
            if codes is None:
                break
            made += self._make(held, setter, first, codes)
        return made

    def _make(self, held, setter, first, codes):
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            boards = boards_of(connection, codes, held)
        content = setter.run(pdf_of_boards, boards, held.kind, held.size) if boards else b""
        with self._engine.begin() as connection:
            contents = {board.contents.code: board.contents for board in boards}
            printing.add_part(connection, held, first, codes, contents=contents, content=content)
        return len(boards)

    def _finish(self, held):
        with self._engine.connect() as connection:
            content = joined(printing.parts(connection, held.id))
        with self._engine.begin() as connection:
            printing.finish(connection, held.id, content)


def boards_of(connection, codes, asked):
    """Boards or cards of some grids as they are now; of those that are in force.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Best one that sees the register of one moment.
    codes : sequence of str
    asked : object
        With ``kind``, ``size`` and ``address``.

    Returns
    -------
    list of Board
        By code.
    """
    at = now()
    boards = [Board(each, asked.address, at) for each in contents_of(connection, codes, at).values()]
    return [_with_map(connection, board, asked.size) for board in boards] if asked.kind == "board" else boards


def _with_map(connection, board, size):
    code, bounds = board.contents.code, sheet_on(board.contents, size).bounds
    near = {"bounds": bounds, "at": board.at}
    micro = units_at(connection, codes=[], children_of=[code], at=board.at)
    roads, places = landmarks(connection, bounds)
    around = Around(
        grids=_seen(neighbours(connection, level="grid", changed=[code], **near), bounds),
        above=tuple(each for level in ABOVE for each in _seen(neighbours(connection, level=level, changed=[], **near), bounds)),
        micro_grids=tuple(map(Land, micro.code, micro.name, micro.geometry)),
        roads=roads,
        places=places,
    )
    return replace(board, around=around)


def _seen(rows, bounds):
    """What lies on the sheet and a little beyond: a county has a hundred times the vertices that are seen of it."""
    west, south, east, north = bounds
    wide, high = (east - west) / 20, (north - south) / 20
    lands = [(*row[:2], shapely.clip_by_rect(row[2], west - wide, south - high, east + wide, north + high)) for row in rows]
    return tuple(Land(*land) for land in lands if not land[2].is_empty)


def joined(files):
    """Several PDFs as one, in their order.

    Parameters
    ----------
    files : sequence of bytes

    Returns
    -------
    bytes

    Raises
    ------
    Refusal
        ``nothing_to_print`` where there is no page at all.
    """
    import pypdfium2  # noqa: PLC0415 - loads a library of eight megabytes

    if not files:
        raise Refusal("nothing_to_print", "None of the grids is in force any more; there is nothing to print.")
    if len(files) == 1:
        return files[0]
    whole, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for file in files:
        document = pypdfium2.PdfDocument(file)
        whole.import_pages(document)
        document.close()
    whole.save(out)
    whole.close()
    return out.getvalue()
