"""What every test shares: the test material, the NDI loopback, the emulated DeckLink driver, hypothesis profiles, the
watch on threads left over, and in how many processes the tests run.

Deliberately no fakes and no sample pictures here; those sit beside the tests that own them.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import platform
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from livegrade.engine.backend import AnyBackend
    from livegrade.library.store import Library
    from livegrade.session.keeping import Keeping
    from livegrade_hardware.emulators.decklink import EmulatedDriver

REPOSITORY = Path(__file__).resolve().parents[1]
NO_SHARED_DATA = "the test material (shared/data) is not on this machine; set LIVEGRADE_SHARED to its folder"
THREAD_GRACE_S = 3.0
"""How long a thread that is already ending may take after its test; only a thread left running costs this much."""
NDI_HOSTS = "".join(f"127.0.0.{host}," for host in range(1, 33))
"""Every NDI process listens on port 5960 and the system deals connections out among them, so one address finds the
sources of one process only (often not the one wanted); 32 addresses of the loopback find them all."""

MOST_WORKERS = 4
"""Processes that share the default tier; more than this wait for the longest file."""

_ndi_config: list[Path] = []

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # there is a process for every core already

hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Gives the whole default tier, as `pytest` alone runs it, a process for every core: pytest-xdist, file by file.

    Other selections (files, `-m emulated`, whose tests are live and want the machine for themselves), `-s` and whatever
    `-n` asks for run as they are given.
    """
    option = config.option
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and option.markexpr.startswith("not emulated")
    alone = hasattr(config, "workerinput") or option.usepdb or option.capture == "no"
    if whole and not alone and config.pluginmanager.hasplugin("xdist") and option.numprocesses is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if cores > 1:
            option.numprocesses, option.dist = min(cores, MOST_WORKERS), "loadfile"


def pytest_configure(config: pytest.Config) -> None:
    """Binds NDI to loopback before anything can load its library: it reads NDI_CONFIG_DIR once."""
    _keep_bytecode(config)
    folder = Path(tempfile.mkdtemp(prefix="livegrade-ndi-"))
    networks = {"ips": NDI_HOSTS}
    config = {"ndi": {"networks": networks, "adapters": {"allowed": ["127.0.0.1"]}}}
    (folder / "ndi-config.v1.json").write_text(json.dumps(config))
    os.environ["NDI_CONFIG_DIR"] = str(folder)
    os.environ["LIVEGRADE_LOG"] = str(folder / "livegrade.log")  # not the one of whoever runs the tests
    os.environ["LIVEGRADE_LIBRARY"] = str(folder / "library")
    os.environ["LIVEGRADE_STATE"] = str(folder / "state")
    os.environ["LIVEGRADE_RUNTIME"] = str(folder / "runtime")  # no test meets a session that happens to run here
    _ndi_config.append(folder)


def _keep_bytecode(config: pytest.Config) -> None:
    """Where Python is told to write no bytecode beside its sources, it goes below .pytest_cache: otherwise each of the
    processes that the tests start, and each worker, compiles all that it imports."""
    cache = getattr(config, "cache", None)  # there is none with -p no:cacheprovider
    if sys.dont_write_bytecode and cache is not None:
        with contextlib.suppress(OSError):
            sys.pycache_prefix = str(cache.mkdir("bytecode"))
            sys.dont_write_bytecode = False
            os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    while _ndi_config:
        shutil.rmtree(_ndi_config.pop(), ignore_errors=True)


def pytest_collection_finish() -> None:
    """All that was collected stays to the end: no search for garbage goes through it again. A `livegrade run` within
    this process lets go of what is frozen when it ends, this too, so here its own freezing is nothing."""
    gc.freeze()
    gc.freeze = gc.unfreeze = _nothing


def _nothing() -> None:
    pass


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Reports go from process to process as UTF-8, which has no place for half a surrogate that a test logged."""
    report = yield
    report.sections = [(title, text.encode("utf-8", "backslashreplace").decode()) for title, text in report.sections]
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names the tests that did not run for lack of the test material: a skip must not look like a pass."""
    skipped = [r for r in terminalreporter.getreports("skipped") if NO_SHARED_DATA in str(r.longrepr)]
    if skipped:
        names = ", ".join(sorted({report.nodeid for report in skipped}))
        terminalreporter.write_line(f"NOT RUN for lack of shared/data ({len(skipped)}): {names}", yellow=True)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout that these tests belong to."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of test material that travels beside the repository: LIVEGRADE_SHARED, or ../shared/data upwards."""
    named = os.environ.get("LIVEGRADE_SHARED")
    if named:
        folder = Path(named).resolve()
        candidates = [folder / "data", folder]
    else:
        candidates = [parent / "shared" / "data" for parent in (REPOSITORY, *REPOSITORY.parents)]
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    if named:
        pytest.fail(f"LIVEGRADE_SHARED names {named}, which is not a folder")
    pytest.skip(NO_SHARED_DATA)


@pytest.fixture
def hanging_disk() -> Callable[[Keeping], contextlib.AbstractContextManager[None]]:
    """What keeps the takes waits for its disk until the end of the block."""

    @contextlib.contextmanager
    def hanging(keeping: Keeping) -> Iterator[None]:
        hangs, answers = threading.Event(), threading.Event()

        def hang(library: Library) -> None:
            hangs.set()
            assert answers.wait(60)

        keeping.submit(hang)
        assert hangs.wait(60)
        try:
            yield
        finally:
            answers.set()

    return hanging


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Waits for something that another thread does; the limit is only there to end a test that hangs."""

    def wait(condition: Callable[[], bool]) -> None:
        pause = threading.Event()
        for _ in range(12_000):
            if condition():
                return
            pause.wait(0.005)
        pytest.fail("it did not come within a minute")

    return wait


@pytest.fixture(scope="session", autouse=True)
def engines_are_timed_once() -> Iterator[None]:
    """How fast an engine is does not change from one command within this process to the next; each takes a full HD
    picture five times to find out."""
    from livegrade.engine import select

    timed: dict[str, float] = {}
    frame_ms = select.frame_ms

    def once(backend: AnyBackend) -> float:
        return timed[backend.name] if backend.name in timed else timed.setdefault(backend.name, frame_ms(backend))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(select, "frame_ms", once)
        yield


@pytest.fixture(scope="session")
def ndi_loopback() -> Path:
    """The NDI configuration folder in force: loopback only, no mDNS. Ask for it in every test that opens NDI."""
    return Path(os.environ["NDI_CONFIG_DIR"])


@pytest.fixture(scope="session")
def loaded_decklink_driver() -> EmulatedDriver:
    """The emulated DeckLink driver, built if need be and loaded into this process for good. Without a compiler the
    tests that want it fail; on another system than Linux on x86-64 they do not run."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        pytest.skip("DeckLink cards are emulated on Linux with an x86-64 processor only")
    from livegrade_hardware.emulators.decklink import EmulatedDriver

    return EmulatedDriver.load()


@pytest.fixture
def decklink_driver(loaded_decklink_driver: EmulatedDriver) -> Iterator[EmulatedDriver]:
    """Two emulated cards as new; whatever a test leaves open there is cut off behind it."""
    loaded_decklink_driver.reset()
    yield loaded_decklink_driver
    loaded_decklink_driver.reset()


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    """Fails a test that leaves a thread of its own running: any non-daemon thread, or one of ours (livegrade-*)."""
    before = set(threading.enumerate())
    yield
    left = _threads_after(before)
    deadline = time.monotonic() + THREAD_GRACE_S
    for thread in left:
        thread.join(max(0.0, deadline - time.monotonic()))
    still = sorted(thread.name for thread in left if thread.is_alive())
    if still:
        pytest.fail(f"the test left threads running: {', '.join(still)}")


def _threads_after(before: set[threading.Thread]) -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before and (not thread.daemon or thread.name.startswith("livegrade-"))
    ]
