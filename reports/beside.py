"""Work done in a forked process while this one goes on, where there is a second processor for it."""

import multiprocessing
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from matrix.paths import UsageError
from reports.reading import processors


@contextmanager
def beside(work: Callable[[], None], *, worth_it: bool) -> Iterator[None]:
    """Do ``work`` while the block runs, or before it; what it raised is raised when the block has ended."""
    if not worth_it or processors() < 2:
        work()
        yield
        return
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(work, theirs), daemon=True)
    with warnings.catch_warnings():
        # As in reading.py: the threads that newer Pythons warn of are NumPy's, which the child never calls.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    try:
        yield
    finally:
        try:
            error = ours.recv()
        except EOFError:
            error = UsageError(
                "a process that wrote the tables was ended from outside, as the system does where memory runs out. "
                "Nothing that is stored is lost: free some, and run the same command again"
            )
        process.join()
    if error is not None:
        raise error


def _do(work: Callable[[], None], answer: Connection) -> None:
    try:
        work()
        answer.send(None)
    except UsageError as error:
        answer.send(error)
