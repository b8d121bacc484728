"""Decoding processes that are kept for the next one: the same while somebody comes, gone when nobody does."""

import time

import psutil
import pytest

from core.photos import shared_sandbox
from tests.core.photos.test_sandbox import SEEDS, SHAPE, process_of


@pytest.fixture
def shared():
    found = shared_sandbox.SharedSandbox(num_processes=1, idle_seconds=0.2)
    yield found
    found.close()


def used(shared):
    with shared.lent() as decoders:
        decoders.decode(SEEDS["jpeg"], SHAPE)
        return process_of(decoders).pid


def test_who_comes_soon_finds_the_same_process_and_when_nobody_comes_it_ends(shared):
    first = used(shared)
    assert used(shared) == first
    give_up_at = time.monotonic() + 20
    while psutil.pid_exists(first) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    assert not psutil.pid_exists(first)
    assert used(shared) != first


def test_nobody_ends_it_while_it_is_used(shared):
    with shared.lent() as decoders:
        used(shared)
        time.sleep(0.4)
        shared.close()
        assert process_of(decoders).poll() is None
