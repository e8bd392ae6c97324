"""Turns golden.json into a C header: python3 golden.py golden.json golden.h

The reference's ratio is lane time / baseline time, the header's is baseline time / lane time: turned here. Verdicts
are about the lane in both. Times stay in microseconds: only ratios matter, and whole numbers need no rounding.
"""
import json
import sys

FLAGS = {'few': 'FEW', 'unsteady': 'UNSTEADY', 'tail': 'TAIL', 'noisy': 'NOISY', 'coarse': 'COARSE'}


def numbers(values):
    return '{' + ', '.join(repr(float(value)) for value in values) + '}'


def comparison(result):
    flags = ' | '.join('PF_FLAG_' + FLAGS[flag] for flag in result['flags']) or '0'
    fields = {'lane': result['lane'], 'verdict': 'PF_' + result['verdict'].upper(), 'flags': flags}
    if 'ratio' in result:
        fields.update(ratio=1 / result['ratio'], low=1 / result['hi'], high=1 / result['lo'],
                      standard_error=result['se'], degrees=result['df'], inflation=result['vif'],
                      mean_ratio=1 / result['mean_ratio'])
    return '{' + ', '.join(f'.{name} = {value}' for name, value in fields.items()) + '}'


class Header:
    def __init__(self):
        self.lines = ['/* Made by golden.py from golden.json. Include golden_types.h first. */', '']
        self.arrays = 0

    def array(self, kind, body):
        """An array of its own, for a row to point at; returns its name."""
        self.arrays += 1
        self.lines.append(f'static const {kind} array_{self.arrays}[] = {body};')
        return f'array_{self.arrays}'

    def table(self, kind, name, rows):
        self.lines += [f'static const {kind} {name}[] = {{'] + [f'    {row},' for row in rows] + ['};', '']


def look_row(header, times, case, look, last, results):
    rows = header.array('double', numbers(value for block in times for value in block))
    calls = header.array('double', numbers(case['calls']))
    expected = header.array('pf_comparison', '{' + ', '.join(map(comparison, results)) + '}')
    return (f'{{{rows}, {len(times)}, {len(case["calls"])}, {case.get("base", 0)}, {calls}, {case["tick"]}, '
            f'{case.get("margin", 0.03)}, {case.get("alpha", 0.05)}, {look}, {str(last).lower()}, {expected}}}')


def main(source, target):
    with open(source) as file:
        golden = json.load(file)
    header = Header()
    header.table('golden_bounds', 'golden_bounds_table',
                 [f'{{0.05, {count}, {numbers(row)}}}' for count, row in golden['bounds'].items()]
                 + [f'{{0.01, 1, {numbers(golden["bounds_alpha_0.01"])}}}'])
    header.table('golden_quantile', 'golden_quantiles', [numbers(row) for row in golden['t_from_z']])
    header.table('golden_estimate', 'golden_estimates', [
        f'{{{header.array("double", numbers(case["d"]))}, {len(case["d"])}, {case["floor"]}, {numbers(case["out"])}}}'
        for case in golden['estimate']])
    header.table('golden_verdict', 'golden_verdicts', [
        f'{{{low}, {high}, {str(bool(last)).lower()}, PF_{verdict.upper()}}}'
        for low, high, last, verdict in golden['verdict']])

    looks = [look_row(header, golden['look']['times_us'][:case['blocks']], case, case['k'], case['k'] == 8, case['out'])
             for case in golden['look']['cases']]
    looks += [look_row(header, case['times_us'], case, look['k'], look['last'], look['out'])
              for case in golden['mimic'] for look in case['looks']]
    header.table('golden_look', 'golden_looks', looks)
    header.table('golden_replay', 'golden_replays', [
        f'{{{look_row(header, case["times_us"], case, case["stop_look"], False, case["out"])}, {case["blocks"]}}}'
        for case in golden['replay']])
    with open(target, 'w') as file:
        file.write('\n'.join(header.lines))


main(*sys.argv[1:])
