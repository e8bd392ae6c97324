# %% parameters
n = 20_000  # count the primes below this
# %% setup
from math import isqrt

# %% lane idiom: try every divisor
def every_divisor(n):
    count = 0
    for number in range(2, n):
        top = isqrt(number) + 1
        for divisor in range(2, top):
            if number % divisor == 0:
                break
        else:
            count += 1
    return count

# %% lane better: odd divisors only
def odd_divisors(n):
    count = 1 if n > 2 else 0  # prime 2
    for number in range(3, n, 2):
        top = isqrt(number) + 1
        for divisor in range(3, top, 2):
            if number % divisor == 0:
                break
        else:
            count += 1
    return count

# %% lane better: sieve
def sieve(n):
    prime = bytearray([1]) * n
    prime[:2] = b"\0\0"[:n]
    for number in range(2, isqrt(n) + 1):
        if prime[number]:
            square = number * number
            room = len(range(square, n, number))
            prime[square::number] = bytes(room)
    return sum(prime)

# %% lane kernel: C, one thread
from photofinish import kernels

def c_one_thread(n):
    return kernels.count_primes(0, n, threads=1)

# %% lane parallel: C, all cores
from photofinish import kernels

def c_all_cores(n):
    return kernels.count_primes(0, n)
