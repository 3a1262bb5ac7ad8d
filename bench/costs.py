# What threads, processes, interpreters and tasks cost on this machine: prints one JSON object, name -> microseconds.
#
# Each figure is the best of several rounds, so that other programs disturb little. Nothing here computes: it is the price of the tool
# itself, before any work.
import asyncio
import json
import multiprocessing
import pickle
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

PAYLOAD = bytes(10_000_000)


def nothing(_=None):
    return None


def best(rounds, task, per=1):
    """Microseconds for one of `per` pieces of `task`."""
    found = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        task()
        found = min(found, time.perf_counter() - started)
    return found / per * 1e6


def thread():
    it = threading.Thread(target=nothing)
    it.start()
    it.join()


def process(method):
    context = multiprocessing.get_context(method)

    def task():
        it = context.Process(target=nothing)
        it.start()
        it.join()

    return task


def pool(method):
    def task():
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as workers:
            list(workers.map(nothing, range(2)))

    return task


def in_pool(workers, task):
    with workers as it:
        list(it.map(nothing, range(4)))  # the workers are there before the clock starts
        return task(it)


async def tasks():
    await asyncio.gather(*(asyncio.sleep(0) for _ in range(1000)))


async def threads_of_loop():
    for _ in range(200):
        await asyncio.to_thread(nothing)


def interpreter_pool():
    from concurrent.futures import InterpreterPoolExecutor

    with InterpreterPoolExecutor(2) as workers:
        list(workers.map(len, ["a", "b"]))


def main():
    found = {"python": "%d.%d.%d" % sys.version_info[:3]}
    found["thread, started and joined"] = best(200, thread)
    for method in multiprocessing.get_all_start_methods():
        found[f"process by {method}, started and joined"] = best(5, process(method))
        found[f"pool of two processes by {method}, started and ended"] = best(3, pool(method))
    if sys.version_info >= (3, 14):
        found["pool of two interpreters, started and ended"] = best(3, interpreter_pool)
    found["task on the event loop"] = best(5, lambda: asyncio.run(tasks()), 1000)
    found["call through asyncio.to_thread"] = best(5, lambda: asyncio.run(threads_of_loop()), 200)
    found["item of a thread pool's map"] = in_pool(
        ThreadPoolExecutor(2), lambda it: best(5, lambda: list(it.map(nothing, range(1000))), 1000)
    )
    processes = lambda: ProcessPoolExecutor(2)  # noqa: E731
    found["item of a process pool's map"] = in_pool(processes(), lambda it: best(3, lambda: list(it.map(nothing, range(500))), 500))
    found["item of a process pool's map, chunksize=100"] = in_pool(
        processes(), lambda it: best(3, lambda: list(it.map(nothing, range(5000), chunksize=100)), 5000)
    )
    found["10 MB sent to a process"] = in_pool(processes(), lambda it: best(5, lambda: it.submit(nothing, PAYLOAD).result()))
    found["10 MB pickled and unpickled"] = best(5, lambda: pickle.loads(pickle.dumps(PAYLOAD)))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
