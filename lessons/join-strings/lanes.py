# %% parameters
n = 4_000  # readings
# %% setup
import io
import random
random.seed(4)
lines = [
    f"2026-03-{1 + i // 144 % 31:02} station-7 "
    f"{random.gauss(11, 4):.1f} C\n"
    for i in range(n)
]

# %% lane idiom: += on a variable
def add_to_variable(lines):
    text = ""
    for line in lines:
        text += line
    return text

# %% lane idiom: += on an attribute
class Report:
    text = ""

def add_to_attribute(lines):
    report = Report()
    for line in lines:
        report.text += line
    return report.text

# %% lane better: join
def join(lines):
    return "".join(lines)

# %% lane better: StringIO
def string_io(lines):
    buffer = io.StringIO()
    for line in lines:
        buffer.write(line)
    return buffer.getvalue()

# %% lane kernel: C, one thread
from photofinish import kernels

def c_one_thread(lines):
    return kernels.join(lines, "", threads=1)

# %% lane parallel: C, all cores
from photofinish import kernels

def c_all_cores(lines):
    return kernels.join(lines, "")
