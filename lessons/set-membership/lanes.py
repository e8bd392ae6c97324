# %% parameters
n = 2_000  # members
visitors = 200
# %% setup
import random
random.seed(8)
numbers = random.sample(
    range(10 * n + visitors), n + visitors
)
members = numbers[:n]
member_set = set(members)
# Half of those at the door are members.
queue = random.choices(members, k=visitors // 2)
queue += numbers[n : n + visitors - visitors // 2]
random.shuffle(queue)

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
