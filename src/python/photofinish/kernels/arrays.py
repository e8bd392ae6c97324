"""Arrays of floats: square roots, a * x + y, matrix product (src/kernels/arrays, src/kernels/matmul); what an element takes.

array.array('d') and NumPy arrays of float64 are read in place; ints and float32 are converted to floats first. Results go into a
new array.array('d'), or into `out`: a writable buffer of as many doubles, which is then returned.
"""
from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable
from typing import Any

import _photofinish

__all__ = ["axpy", "bytes_per_element", "matmul", "sqrt"]

Numbers = Iterable[int] | Iterable[float]


def sqrt(values: Numbers, *, out: Any = None, threads: int | None = None) -> Any:
    """The square root of every value, as math.sqrt rounds it; NaN of NaN. `out` may be `values` itself.

    Raises ValueError for a negative value, naming the index of the first; what `out` holds then is not defined.
    Algorithm: the processor's own square root, two at a time (src/kernels/arrays/README.md).
    """
    return _photofinish.sqrt(values, out, threads)


def axpy(a: float, x: Numbers, y: Numbers, *, out: Any = None, threads: int | None = None) -> Any:
    """a * x[i] + y[i] for every i, rounded after the product and after the sum, as Python does it. `out` may be x or y itself.

    Raises ValueError for x and y of different lengths (src/kernels/arrays/README.md).
    """
    return _photofinish.axpy(a, x, y, out, threads)


def matmul(left: Any, right: Any, rows: int | None = None, inner: int | None = None, columns: int | None = None, *,
           out: Any = None, threads: int | None = None) -> Any:
    """The product of a matrix of rows x inner and one of inner x columns, row after row.

    The matrices are flat buffers or lists of numbers, with the three sizes; or buffers of two dimensions (NumPy arrays,
    memoryviews), which tell their sizes themselves. The result is flat, or `out`, which may have two dimensions.

    Raises ValueError where sizes do not fit, or where `out` overlaps what is read; BufferError for a matrix that is not
    contiguous row by row.
    Algorithm: each element is summed in the order of the inner index, so that the result equals that of three plain loops to the
    last bit; tiles of 4 x 4 in registers over packed strips, after Goto and van de Geijn, "Anatomy of High-Performance Matrix
    Multiplication", 2008 (src/kernels/matmul/README.md).
    """
    left, left_shape = _flat(left, "left")
    right, right_shape = _flat(right, "right")
    rows, inner = _size(rows, left_shape, 0, "rows"), _size(inner, left_shape, 1, "inner")
    if inner is None and right_shape:
        inner = right_shape[0]
    columns = _size(columns, right_shape, 1, "columns")
    if rows is None or inner is None or columns is None:
        raise TypeError("kernels.matmul: flat matrices need rows, inner and columns")
    if right_shape and right_shape[0] != inner:
        raise ValueError(f"kernels.matmul: a left matrix with {inner} columns and a right one with {right_shape[0]} rows have no product")
    if out is None:
        return _photofinish.matmul(left, right, rows, inner, columns, None, threads)
    flat_out, out_shape = _flat(out, "out")
    if out_shape and out_shape != (rows, columns):
        raise ValueError(f"kernels.matmul: out has the shape {out_shape}, the product {(rows, columns)}")
    _photofinish.matmul(left, right, rows, inner, columns, flat_out, threads)
    return out


def _flat(values: Any, name: str) -> tuple[Any, tuple[int, ...] | None]:
    """A matrix of two dimensions as a flat view of the same memory, and its shape; anything else as it is, and None."""
    try:
        view = memoryview(values)
    except TypeError:
        return values, None
    if view.ndim != 2:
        return values, None
    if not view.c_contiguous:
        raise BufferError(f"kernels.matmul: the {name} matrix is not contiguous row by row (transposed, or a slice?); copy it first: "
                          "numpy.ascontiguousarray(x)")
    if view.nbytes == 0:
        return array("d"), view.shape  # a view of no bytes cannot be cast
    try:
        return view.cast("B").cast(view.format), view.shape
    except ValueError:
        raise TypeError(f"kernels.matmul: a {name} matrix with elements of format '{view.format}' is not supported; use doubles ('d')") from None


def _size(given: int | None, shape: tuple[int, ...] | None, axis: int, name: str) -> int | None:
    if shape is None or given is None:
        return shape[axis] if shape else given
    if given != shape[axis]:
        raise ValueError(f"kernels.matmul: {name} is {given}, but the matrix has {shape[axis]}")
    return given


def bytes_per_element(values: Any) -> float:
    """The bytes of memory that one element takes, on average.

    A buffer (array.array, NumPy array, bytes, memoryview) holds the numbers themselves: its item size. A list or tuple holds a
    pointer for each, 8 bytes natively and 4 in the page, to an object, which is counted once however often it occurs: equal
    small ints are one object. Not counted: the container's header and its spare room.

    Raises ValueError for no elements, TypeError for anything but buffers, lists and tuples.
    """
    if isinstance(values, (list, tuple)):
        if not values:
            raise ValueError("kernels.bytes_per_element: expected at least one element")
        objects = {id(value): value for value in values}
        return struct.calcsize("P") + sum(map(sys.getsizeof, objects.values())) / len(values)
    try:
        view = memoryview(values)
    except TypeError:
        raise TypeError(f"kernels.bytes_per_element: expected a list, a tuple or a buffer, not {type(values).__name__}") from None
    if view.nbytes == 0:
        raise ValueError("kernels.bytes_per_element: expected at least one element")
    return float(view.itemsize)
