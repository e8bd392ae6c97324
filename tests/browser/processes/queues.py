"""Queue and JoinableQueue: feeder threads, limits, times, tasks."""
import multiprocessing
import queue


def produce(q, first, count):
    for i in range(first, first + count):
        q.put(i)


def work(tasks, results):
    while (task := tasks.get()) is not None:
        results.put(task * task)
        tasks.task_done()
    tasks.task_done()


def square(q, answers):
    for number in iter(q.get, None):
        answers.put((number, number * number))


if __name__ == "__main__":
    q = multiprocessing.Queue()
    try:
        q.get(timeout=0.01)
    except queue.Empty:
        print("Empty")
    try:
        q.get_nowait()
    except queue.Empty:
        print("Empty at once")
    producers = [multiprocessing.Process(target=produce, args=(q, 1000 * i, 300)) for i in range(2)]
    for process in producers:
        process.start()
    got = [q.get() for _ in range(600)]
    for process in producers:
        process.join()
    print("all", sorted(got) == [*range(300), *range(1000, 1300)], "in order", [i for i in got if i < 1000] == list(range(300)))
    print(q.empty(), q.qsize())

    small = multiprocessing.Queue(maxsize=2)
    small.put(1)
    small.put(2)
    print("full", small.full())
    for arguments in [(3, False), (3, True, 0.01)]:
        try:
            small.put(*arguments)
        except queue.Full:
            print("Full")
    print(small.get(), small.get())

    tasks, results = multiprocessing.JoinableQueue(), multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, args=(tasks, results)) for _ in range(2)]
    for process in workers:
        process.start()
    for i in range(20):
        tasks.put(i)
    tasks.join()
    print("joined", sorted(results.get() for _ in range(20)) == [i * i for i in range(20)])
    for _ in workers:
        tasks.put(None)
    tasks.join()
    for process in workers:
        process.join()
    try:
        tasks.task_done()
    except ValueError as error:
        print(type(error).__name__, str(error)[-9:])


    questions, answers = multiprocessing.Queue(), multiprocessing.Queue()
    process = multiprocessing.Process(target=square, args=(questions, answers), daemon=True)
    process.start()
    total = 0
    for i in range(500):
        questions.put(i)
        total += answers.get()[1]
    questions.put(None)
    process.join()
    print("there and back", total)

    big = multiprocessing.Queue()
    big.put(b"x" * 3_000_000)
    print("big", len(big.get()))
    big.close()
    big.join_thread()
    try:
        big.put(1)
    except ValueError as error:
        print(type(error).__name__, str(error)[-9:])

