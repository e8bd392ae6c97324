"""multiprocessing.Manager: objects that live in a process of their own."""
import multiprocessing


def change(d, items, namespace, lock, q):
    for i in range(10):
        with lock:
            d["sum"] = d.get("sum", 0) + i
    items.append(multiprocessing.current_process().name)
    namespace.total += 1
    q.put("done")


if __name__ == "__main__":
    with multiprocessing.Manager() as manager:
        d, items, namespace = manager.dict(a=1), manager.list([1, 2]), manager.Namespace()
        namespace.total = 0
        lock, q, value, array = manager.Lock(), manager.Queue(), manager.Value("i", 3), manager.Array("d", [1.5, 2.5])
        for i in range(2):
            process = multiprocessing.Process(target=change, args=(d, items, namespace, lock, q), name=f"changer {i}")
            process.start()
            process.join()
        print(sorted(d.items()), list(items), namespace.total, q.get(), q.get(), q.empty())
        value.value += 1
        print(value.value, array[1], len(items), items[0:2], "a" in d, d.pop("a"))
        try:
            d["nothing"]
        except KeyError as error:
            print("KeyError", error)
        nested = manager.dict(inner=manager.list())
        nested["inner"].append(5)
        print(list(nested["inner"]))
        with multiprocessing.Pool(2) as pool:
            pool.map(items.append, range(5))
        print(sorted(item for item in items if isinstance(item, int)))
