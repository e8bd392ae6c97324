"""Photo Finish: races rules of thumb for faster Python against their better and parallel counterparts, timed honestly.

kernels    C functions on Python's own buffers, on one thread or on all cores
lanes      reads a lanes file (percent cells)
race       runs a race and returns its report
page       what the interpreter in the page is asked to do

Natively: python3 -m photofinish race FILE
"""
__version__ = "0.1"
