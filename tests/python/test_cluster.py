"""--cluster: lanes that use an executor, unedited, on a Dask scheduler with two workers that this file starts on loopback.

Run: python3 -m pytest tests/python/test_cluster.py
"""
import json
import subprocess
import sys
import time

import pytest

pytest.importorskip("distributed")

from photofinish import commands  # noqa: E402
import photofinish.commands.cluster  # noqa: E402,F401

LANES = """\
# %% parameters
n = 8
# %% setup
from concurrent.futures import ProcessPoolExecutor
import multiprocessing
import os
def square(x):
    return x * x
def who(x):
    return os.getpid()
# %% lane idiom: one after another
def serial(n):
    return list(map(square, range(n)))
# %% lane parallel: processes
def processes(n):
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        return list(pool.map(square, range(n)))
# %% lane parallel: threads
def threads(n):
    import concurrent.futures as futures
    with futures.ThreadPoolExecutor(max_workers=2) as pool:
        jobs = [pool.submit(square, i) for i in range(n)]
        done, open = futures.wait(jobs)
        assert not open
        return [job.result() for job in jobs]
"""
ELSEWHERE = LANES + """\
# %% lane parallel: not in this process
def elsewhere(n):
    with ProcessPoolExecutor() as pool:
        assert os.getpid() not in set(pool.map(who, range(n)))
    import asyncio
    first = asyncio.run(asyncio.to_thread(os.getpid))
    assert first == os.getpid()  # asyncio's own threads stay here
    return list(map(square, range(n)))
# %% lane parallel: an initializer
def initialized(n):
    with ProcessPoolExecutor(initializer=print) as pool:
        return list(pool.map(square, range(n)))
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a scheduler with two workers of one thread each; all three end with the tests, however those end."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    log = (folder / "log").open("w")
    started = []

    def start(*words):
        started.append(subprocess.Popen([sys.executable, "-m", *words], cwd=folder, stdout=log, stderr=log))

    try:
        start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        for number in range(2):
            start("distributed.cli.dask_worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", "--no-dashboard",
                  "--host", "127.0.0.1", "--name", str(number), "--death-timeout", "60", "--memory-limit", "0")
        address = wait_for_address(file, started)
        wait_for_workers(address, 2)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        log.close()


def wait_for_address(file, started):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert all(process.poll() is None for process in started), (file.parent / "log").read_text()
        try:
            return json.loads(file.read_text())["address"]
        except (OSError, ValueError):
            time.sleep(0.1)
    raise AssertionError("no scheduler after 60 s")


def wait_for_workers(address, n):
    from distributed import Client
    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(n, timeout=60)


def race(tmp_path, source, *words):
    (tmp_path / "lanes.py").write_text(source)
    return subprocess.run([sys.executable, "-m", "photofinish", "race", "lanes.py", "--budget", "0.3", *words], cwd=tmp_path,
                          capture_output=True, text=True, timeout=120)


def test_unedited_lanes_run_on_the_cluster(cluster, tmp_path, schema):
    done = race(tmp_path, ELSEWHERE, "--cluster", cluster, "--json", "-")
    found = json.loads(done.stdout)
    pytest.importorskip("jsonschema").validate(found, schema)
    assert found["where"]["cluster"]["workers"] == found["where"]["cluster"]["threads"] == 2
    assert found["equal"], found["notes"]
    errors = {lane["id"]: lane.get("error") for lane in found["lanes"]}
    assert "initializer cannot run on a cluster" in errors.pop("initialized")
    assert errors == {"serial": None, "processes": None, "threads": None, "elsewhere": None}
    assert done.returncode == 1  # of the lane with the initializer


def test_without_the_option_executors_are_those_of_this_machine(tmp_path):
    done = race(tmp_path, LANES, "--json", "-")
    found = json.loads(done.stdout)
    assert done.returncode == 0 and found["equal"] and "cluster" not in found["where"]


def test_nobody_answers(monkeypatch):
    monkeypatch.setattr(commands.cluster, "PATIENCE", 1)
    with pytest.raises(commands.Failure, match="no Dask scheduler answers at tcp://127.0.0.1:9"):
        with commands.cluster.connected("tcp://127.0.0.1:9"):
            pass


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(commands.Failure, match="pip install distributed"):
        with commands.cluster.connected("tcp://127.0.0.1:9"):
            pass


def test_a_cluster_without_workers_or_of_another_python():
    class Stub:
        def __init__(self, workers, version):
            self.workers, self.version = workers, version

        class scheduler:
            address = "tcp://x"

        def scheduler_info(self, n_workers):
            return {"workers": {str(i): {"nthreads": 2} for i in range(self.workers)}}

        def run(self, function):
            return {str(i): self.version for i in range(self.workers)}

    with pytest.raises(commands.Failure, match="has no workers"):
        commands.cluster._described(Stub(0, ""))
    with pytest.raises(commands.Failure, match=r"runs Python 3\.1\.4 and this is"):
        commands.cluster._described(Stub(2, "3.1.4"))
