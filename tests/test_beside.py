"""Work beside the rest: done when the block has ended, its error raised there, an end from outside named."""

import os
import signal

import pytest

from matrix.paths import UsageError
from reports import beside as module
from reports.beside import beside


@pytest.fixture(params=[1, 2])
def processors(request, monkeypatch):
    monkeypatch.setattr(module, "processors", lambda: request.param)
    return request.param


@pytest.mark.parametrize("worth_it", [True, False])
def test_it_is_done_when_the_block_has_ended(processors, worth_it, tmp_path):
    with beside(lambda: (tmp_path / "done").write_text(str(os.getpid())), worth_it=worth_it):
        (tmp_path / "block").touch()
    elsewhere = (tmp_path / "done").read_text() != str(os.getpid())
    assert elsewhere == (worth_it and processors > 1)
    assert (tmp_path / "block").exists()


def test_its_error_is_raised(processors):
    def work():
        raise UsageError(f"no room, on {processors}")

    with pytest.raises(UsageError, match="no room"), beside(work, worth_it=True):
        pass


def test_it_is_done_also_where_the_block_fails(processors, tmp_path):
    with pytest.raises(UsageError, match="the block's"), beside((tmp_path / "done").touch, worth_it=processors > 1):
        raise UsageError("the block's")
    assert (tmp_path / "done").exists()


def test_an_end_from_outside_is_one_clear_error(monkeypatch):
    monkeypatch.setattr(module, "processors", lambda: 2)
    parent = os.getpid()

    def work():
        assert os.getpid() != parent
        os.kill(os.getpid(), signal.SIGKILL)

    with (
        pytest.raises(UsageError, match=r"ended from outside.*Nothing that is stored is lost"),
        beside(work, worth_it=True),
    ):
        pass
