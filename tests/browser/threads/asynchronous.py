"""asyncio beside threads."""
import asyncio
import threading
import time


async def work(i):
    await asyncio.sleep(0.01)
    return i


async def together():
    print(await asyncio.gather(*(work(i) for i in range(3))))
    name = await asyncio.to_thread(lambda: threading.current_thread().name)
    print(name.split("_")[0])
    return "done"


print(asyncio.run(together()))


async def beside_a_thread_that_computes():
    stop = []

    def compute():
        while not stop:
            pass

    thread = threading.Thread(target=compute)
    thread.start()
    for _ in range(5):
        await asyncio.sleep(0.001)
    print("five turns", thread.is_alive())
    stop.append(True)
    await asyncio.to_thread(thread.join)
    print(thread.is_alive())


asyncio.run(beside_a_thread_that_computes())


async def several_in_threads():
    gate = threading.Barrier(3)
    return await asyncio.gather(*(asyncio.to_thread(gate.wait) for _ in range(3)))


print(sorted(asyncio.run(several_in_threads())))


def call_from_a_thread(loop, future):
    time.sleep(0.005)
    loop.call_soon_threadsafe(future.set_result, "from a thread")


async def wait_for_a_thread():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    threading.Thread(target=call_from_a_thread, args=(loop, future)).start()
    return await future


print(asyncio.run(wait_for_a_thread()))
