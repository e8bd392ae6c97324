# %% parameters
n = 2_000  # members
visitors = 200
# %% setup
import random
random.seed(8)
pool = range(10 * (n + visitors))
numbers = random.sample(pool, n + visitors)
members = numbers[:n]
strangers = numbers[n:]
half = visitors // 2
queue = random.choices(members, k=half)
queue += strangers[half:]
random.shuffle(queue)
member_set = set(members)

# %% lane idiom: look in the list
def in_list(members, queue):
    let_in = 0
    for number in queue:
        if number in members:
            let_in += 1
    return let_in

# %% lane better: make a set, look in it
def make_set_first(members, queue):
    known = set(members)
    let_in = 0
    for number in queue:
        if number in known:
            let_in += 1
    return let_in

# %% lane better: look in a set that is there
def in_set(member_set, queue):
    let_in = 0
    for number in queue:
        if number in member_set:
            let_in += 1
    return let_in

# %% lane kernel: C, one after the other
from photofinish import kernels

def c_scan(members, queue):
    found = kernels.contains(
        members, queue,
        method="scan", threads=1)
    return sum(found)

# %% lane kernel: C, hash table
from photofinish import kernels

def c_hash(members, queue):
    found = kernels.contains(
        members, queue, threads=1)
    return sum(found)

# %% lane parallel: C, hash table, all cores
from photofinish import kernels

def c_all_cores(members, queue):
    found = kernels.contains(members, queue)
    return sum(found)
