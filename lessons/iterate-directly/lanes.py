# %% parameters
n = 10_000  # receipts of one day
# %% setup
import random
random.seed(3)
receipts = [  # in cents
    random.randint(95, 9_500)
    for _ in range(n)
]

# %% lane idiom: index loop
def index_loop(receipts):
    total = 0
    for i in range(len(receipts)):
        total += receipts[i]
    return total

# %% lane better: direct loop
def direct_loop(receipts):
    total = 0
    for amount in receipts:
        total += amount
    return total

# %% lane better: sum
def built_in(receipts):
    return sum(receipts)

# %% lane kernel: C, one thread
from photofinish import kernels

def c_one_thread(receipts):
    return kernels.sum(receipts, threads=1)

# %% lane parallel: C, all cores
from photofinish import kernels

def c_all_cores(receipts):
    return kernels.sum(receipts)
