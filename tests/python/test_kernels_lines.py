"""Lines and words are what files and bytes.split() make of them; numbers as text are what repr makes of them.

Run: python3 -m pytest tests/python/test_kernels_lines.py
"""
import array
import io
import math
import mmap
import random
import struct

import pytest

from photofinish import kernels

CHUNK = 262144  # PF_TEXT_CHUNK
THREADS = [1, *range(2, kernels.threads_available() + 1)]


def text(n, seed=1, kinds=b"ab \n\t\v\f\r\x1c\xa0\x00"):
    return bytes(random.Random(seed).choices(kinds, weights=[20, 20, *[1] * (len(kinds) - 2)], k=n))


TEXTS = [b"", b"\n", b"a", b"a\n", b"\n\n", b"a\nb", b" a  b ", b"\r\n", b"x" * 100, b"x\n" * 100, *(text(n, n) for n in (15, 16, 17, 31, 32, 33, 1000)),
         text(CHUNK - 1), text(CHUNK), text(CHUNK + 1), text(2 * CHUNK + 50), b"a" * CHUNK + b"\n" + b"b" * CHUNK, b"\n" * (CHUNK + 3)]


@pytest.mark.parametrize("data", TEXTS, ids=len)
@pytest.mark.parametrize("threads", THREADS)
def test_equal_to_a_file(data, threads):
    lines = list(io.BytesIO(data))
    assert kernels.count_lines(data, threads=threads) == len(lines)
    assert kernels.count_words(data, threads=threads) == len(data.split())
    starts = kernels.line_starts(data, threads=threads)
    assert starts.typecode == "q" and [data[a:b] for a, b in zip(starts, starts[1:])] == lines and starts[-1] == len(data)
    if lines:
        lengths = [len(line.removesuffix(b"\n")) for line in lines]
        index = lengths.index(max(lengths))
        assert kernels.longest_line(data, threads=threads) == (index, starts[index], lengths[index])
    else:
        with pytest.raises(ValueError, match="empty"):
            kernels.longest_line(data, threads=threads)


def test_forms_of_text():
    data = b"one two\nthree\n"
    for form in (data, bytearray(data), memoryview(data), array.array("B", data), data.decode()):
        assert kernels.count_lines(form) == 2 and kernels.count_words(form) == 3
        assert kernels.longest_line(form) == kernels.Line(index=0, start=0, length=7)
    for form in (memoryview(b"?" + data)[1:], memoryview(data).cast("c")):
        assert kernels.count_words(form) == 3
    with mmap.mmap(-1, 4096) as mapped:
        mapped.write(b"a\n" * 7)
        assert kernels.count_lines(mapped) == 8  # zeros follow
    assert kernels.count_lines("ä\nö") == 2 and kernels.count_words("zwölf Bäume") == 2


def test_texts_are_read_in_place():
    data = "word " * 1000
    before = kernels.copied_bytes()
    kernels.count_words(data, threads=1)
    kernels.count_lines(data.encode(), threads=1)
    kernels.line_starts(memoryview(data.encode()), threads=1)
    assert kernels.copied_bytes() == before


@pytest.mark.parametrize("call, error, words", [
    (lambda: kernels.count_lines(5), TypeError, "or a str, not int"),
    (lambda: kernels.count_words(["a"]), TypeError, "not list"),
    (lambda: kernels.count_lines(array.array("i", [1])), TypeError, "format 'i'"),
    (lambda: kernels.count_lines(memoryview(bytes(4)).cast("B", (2, 2))), TypeError, "2 dimensions"),
    (lambda: kernels.count_lines(memoryview(b"abcd")[::2]), BufferError, "not contiguous"),
    (lambda: kernels.line_starts("ä"), ValueError, "encode it first"),
    (lambda: kernels.longest_line("ä"), ValueError, "encode it first"),
    (lambda: kernels.count_lines("\ud800"), UnicodeEncodeError, "surrogates"),
    (lambda: kernels.count_lines(b"", threads=10**6), ValueError, "pool here has"),
    (lambda: kernels.format_lines(["1"]), TypeError, "index 0, not str"),
    (lambda: kernels.format_lines([2**63]), OverflowError, "index 0"),
    (lambda: kernels.format_lines(3), TypeError, "not int"),
])
def test_errors(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


# ------------------------------------------------------------------------------------------------ numbers as text

def as_python(values):
    return "".join(f"{value!r}\n" for value in values).encode()


def from_bits(bits):
    return struct.unpack("d", struct.pack("Q", bits))[0]


@pytest.mark.parametrize("n", [0, 1, 2, 4095, 4096, 4097, 20_000])
@pytest.mark.parametrize("threads", THREADS)
def test_format_arrays(n, threads):
    source = random.Random(n)
    ints = [source.randint(-2**63, 2**63 - 1) >> source.randrange(64) for _ in range(n)]
    floats = [from_bits(source.getrandbits(64)) for _ in range(n)]
    assert kernels.format_lines(ints, threads=threads) == as_python(ints)
    assert kernels.format_lines(array.array("q", ints), threads=threads) == as_python(ints)
    assert kernels.format_lines(array.array("d", floats), threads=threads) == as_python(floats)


def test_floats_are_what_repr_makes_of_them():
    source = random.Random(5)
    values = [0.0, -0.0, math.inf, -math.inf, math.nan]
    for exponent in range(0x7ff):
        values += [from_bits(((exponent << 52) + near) % 2**63) for near in (-2, -1, 0, 1, 2) if (exponent << 52) + near < 0x7ff << 52]
        values += [from_bits((exponent << 52) + source.getrandbits(52)) for _ in range(20)]
    for exponent in range(-324, 309):
        values += [float(f"{digits}e{exponent}") for digits in ("1", "5", "9", "1.25", "9.999999999999999", str(source.random()))]
    for _ in range(20_000):
        values.append(source.randint(1, 10 ** source.randint(1, 17)) / 10 ** source.randint(0, 22))
        values.append(float(source.getrandbits(source.randint(1, 70))))
    values += [-value for value in values]
    ours = kernels.format_lines(values).decode().splitlines()
    assert [pair for pair in zip(ours, map(repr, values)) if pair[0] != pair[1]] == []
    assert len(ours) == len(values)


def test_format_forms():
    assert kernels.format_lines([1, 2.5, True]) == b"1.0\n2.5\n1.0\n"
    assert kernels.format_lines(range(3)) == b"0\n1\n2\n"
    assert kernels.format_lines(b"\x05\xff") == b"5\n255\n"
    assert kernels.format_lines([-2**63, 2**63 - 1]) == b"-9223372036854775808\n9223372036854775807\n"
