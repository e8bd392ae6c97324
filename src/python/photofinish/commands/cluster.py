"""--cluster: what lanes hand to an executor of concurrent.futures runs on a Dask cluster instead. The lanes stay as they are.

For code of the lanes file, and for nobody else (Dask itself and asyncio use executors too), `concurrent.futures` is a copy of
that module whose ProcessPoolExecutor and ThreadPoolExecutor are the cluster's. Functions of the lanes file are sent by value,
so the workers need neither the file nor this package unless a function imports it. What the cluster is told to do costs a
message each way, a millisecond or so, and that is part of the lane's time, as with every executor.

Needs the package `distributed`, of the same version as the cluster's.
"""
from __future__ import annotations

import contextlib
import platform
import types
from collections.abc import Iterator

from .. import module
from . import Failure

PATIENCE = 15  # seconds to reach the scheduler


@contextlib.contextmanager
def connected(address: str) -> Iterator[dict]:
    """Connects to the scheduler at `address` and lends its executors to lanes files. Gives what a report says of the cluster.

    Failure where `distributed` is missing, nobody answers, there is no worker, or the workers run another Python: functions
    are sent as bytecode.
    """
    try:
        from distributed import Client
    except ImportError:
        raise Failure("--cluster needs the package 'distributed' (pip install distributed), as the cluster has it") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise Failure(f"no Dask scheduler answers at {address}: {str(error) or type(error).__name__}") from None
    with client:
        found = _described(client)
        module.stand_ins.update(_stand_ins(client))
        try:
            yield found
        finally:
            module.stand_ins.clear()


def _described(client) -> dict:
    workers = client.scheduler_info(n_workers=-1)["workers"]
    if not workers:
        raise Failure(f"the cluster at {client.scheduler.address} has no workers; start some with: dask worker {client.scheduler.address}")
    here = platform.python_version()
    versions = set(client.run(platform.python_version).values())
    if {version.rsplit(".", 1)[0] for version in versions} != {here.rsplit(".", 1)[0]}:
        raise Failure(f"the cluster runs Python {', '.join(sorted(versions))} and this is {here}; functions are sent as bytecode, "
                      "which both must share")
    return {"workers": len(workers), "threads": sum(worker["nthreads"] for worker in workers.values()), "python": max(versions)}


def _stand_ins(client) -> dict[str, types.ModuleType]:
    """Copies of the modules through which lanes reach an executor, with the cluster's executor in place of both kinds."""
    import concurrent.futures.process
    import concurrent.futures.thread

    def executor(max_workers=None, *given, **named):
        # Sizes, contexts and names of threads or processes: the cluster has its own. An initializer would have to run in each worker.
        if named.get("initializer") or len(given) > 1 and given[1]:
            raise ValueError("an executor with an initializer cannot run on a cluster: its workers belong to other programs too")
        return client.get_executor(pure=False)

    executors = {"ProcessPoolExecutor": executor, "ThreadPoolExecutor": executor}
    process = _copy(concurrent.futures.process, ProcessPoolExecutor=executor)
    thread = _copy(concurrent.futures.thread, ThreadPoolExecutor=executor)
    futures = _copy(concurrent.futures, process=process, thread=thread, **executors)
    return {one.__name__: one for one in (_copy(concurrent, futures=futures), futures, process, thread)}


def _copy(original: types.ModuleType, **changed: object) -> types.ModuleType:
    copy = types.ModuleType(original.__name__, original.__doc__)
    vars(copy).update(vars(original), **changed)
    return copy
