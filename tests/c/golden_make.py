"""Computes golden.json again with the Python reference of the statistics: python3 golden_make.py REFERENCE.py golden.json

Inputs (times, calls, ticks, which looks) are kept: those of "look", "replay" and "estimate" were recorded, those of "mimic" made up.
Every result is computed anew. Writes nothing where all agree to the last bit, else the new file; exit code 1 then.
"""
import importlib.util
import json
import sys


def load(path):
    spec = importlib.util.spec_from_file_location("reference", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def results(reference, golden):
    def bounds(comparisons, alpha=reference.ALPHA):
        return [round(z, 9) for z in reference.bounds(alpha / comparisons)]

    made = dict(golden)
    made["bounds"] = {count: bounds(int(count)) for count in golden["bounds"]}
    made["bounds_alpha_0.01"] = bounds(1, 0.01)
    made["t_from_z"] = [[z, df, reference.t_from_z(z, df)] for z, df, _ in golden["t_from_z"]]
    made["estimate"] = [case | {"out": list(reference.estimate(case["d"], case["floor"]))} for case in golden["estimate"]]
    made["verdict"] = [[low, high, last, reference.verdict(low, high, last)] for low, high, last, _ in golden["verdict"]]
    zs = reference.bounds(reference.ALPHA / 3)
    times = golden["look"]["times_us"]
    made["look"] = golden["look"] | {"cases": [case | {"out": reference.look(times[:case["blocks"]], case["calls"], zs, case["k"], tick=case["tick"])}
                                               for case in golden["look"]["cases"]]}
    made["replay"] = []
    for case in golden["replay"]:
        stop, blocks, out = reference.replay(case["times_us"], case["calls"], tick=case["tick"])
        made["replay"].append(case | {"stop_look": stop, "blocks": blocks, "out": out})
    made["mimic"] = []
    for case in golden["mimic"]:
        zs = reference.bounds(case["alpha"] / (len(case["calls"]) - 1))
        made["mimic"].append(case | {"looks": [look | {"out": reference.look(case["times_us"], case["calls"], zs, look["k"], case["base"],
                                                                             look["last"], case["margin"], case["tick"])} for look in case["looks"]]})
    return made


def main(reference, path):
    with open(path) as file:
        golden = json.load(file)
    made = results(load(reference), golden)
    differ = [key for key in golden if made[key] != golden[key]]
    if differ:
        with open(path, "w") as file:
            file.write("{\n" + ",\n".join(f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in made.items()) + "\n}\n")
    print("written anew: " + ", ".join(differ) if differ else "all agree")
    return bool(differ)


sys.exit(main(*sys.argv[1:]))
