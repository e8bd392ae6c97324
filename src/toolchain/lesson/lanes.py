# %% parameters
n = 10_000  # numbers
# %% setup
import random
random.seed(1)
values = [random.random() for _ in range(n)]

# %% lane idiom: loop and append
def append(values):
    large = []
    for value in values:
        if value > 0.5:
            large.append(value)
    return large

# %% lane better: comprehension
def comprehension(values):
    return [v for v in values if v > 0.5]
