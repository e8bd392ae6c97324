// <pf-export>: the report, its samples, pictures, and the same race for native Python.
import { html, nothing, type TemplateResult } from 'lit';
import { growthChart, runsChart, speedupChart } from '../logic/charts.ts';
import { fileStem, nativeCommand, repeatCsv, samplesCsv, sweepCsv } from '../logic/export.ts';
import { pairOf } from '../logic/facts.ts';
import { formatNumber } from '../logic/numbers.ts';
import { verdictSentence } from '../logic/sentences.ts';
import type { Race } from '../race.ts';
import { chartSheet, stripSheet, type Format, type Sheet } from './sheet.ts';
import type { Strip } from './strip.ts';
import { themeOf } from './theme.ts';
import { RaceView } from './view.ts';

const FILE = 'lanes.py';

interface Item { label: string; name: string; make(): Blob | Promise<Blob> }

export class Export extends RaceView {
  #said = '';

  protected override render(): TemplateResult | typeof nothing {
    const race = this.race!, { report, runs, sweep } = race;
    if (!report) return html`<p>When there is a result.</p>`;
    const stem = fileStem(report.lesson, report.params);
    return html`
      <dl class="export">
        ${this.#group('The race', stem, JSON.stringify(report, null, 1), samplesCsv(report), 'Samples', (format) => this.#strip(race, format))}
        ${sweep.report ? this.#group(sweep.report.over === 'workers' ? 'Cores' : 'Growth', fileStem(report.lesson, report.params, `sweep-${sweep.report.parameter}`),
          JSON.stringify(sweep.report, null, 1), sweepCsv(sweep.report), 'Points', (format) => this.#sweep(race, format)) : nothing}
        ${runs.report ? this.#group('Three runs', fileStem(report.lesson, report.params, 'runs'), JSON.stringify(runs.report, null, 1), repeatCsv(runs.report), 'Runs',
          (format) => this.#runs(race, format)) : nothing}
        <dt>Run it natively</dt>
        <dd>
          <p>${this.#button({ label: `The code, as ${FILE}`, name: FILE, make: () => text(race.source, 'text/x-python') })}</p>
          <p>In the folder of that file, with Photo Finish’s Python package installed:</p>
          <p class="command"><code>${this.#command(race)}</code> <button class="quiet" @click=${() => this.#copy(race)}>Copy</button></p>
        </dd>
      </dl>
      <p class="said" aria-live="polite">${this.#said}</p>`;
  }

  #group(title: string, stem: string, json: string, csv: string, rows: string, picture: (format: Format) => Promise<Blob>): TemplateResult {
    const items: Item[] = [
      { label: 'Report (JSON)', name: `${stem}.json`, make: () => text(json, 'application/json') },
      { label: `${rows} (CSV)`, name: `${stem}.csv`, make: () => text(csv, 'text/csv') },
      { label: 'Picture (PNG)', name: `${stem}.png`, make: () => picture('png') },
      { label: 'Picture (SVG)', name: `${stem}.svg`, make: () => picture('svg') },
    ];
    return html`<dt>${title}</dt><dd><p>${items.map((item) => this.#button(item))}</p></dd>`;
  }

  #button(item: Item): TemplateResult {
    return html`<button class="quiet" data-file=${item.name} @click=${() => this.#save(item)}>${item.label}</button> `;
  }

  async #save({ name, make }: Item): Promise<void> {
    try {
      download(name, await make());
      this.#say(`Saved as ${name}.`);
    } catch (error) {
      this.#say(`${name} could not be made: ${(error as Error).message}`);
    }
  }

  async #copy(race: Race): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#command(race));
      this.#say('Copied.');
    } catch {                      // no permission: the reader copies what is selected
      getSelection()?.selectAllChildren(this.querySelector('.command code')!);
      this.#say('Selected; copy it with the keyboard.');
    }
  }

  #say(words: string): void {
    this.#said = words;
    this.requestUpdate();
  }

  #command(race: Race): string {
    return nativeCommand(FILE, race.parameters, race.numbers().values);
  }

  #strip(race: Race, format: Format): Promise<Blob> {
    const picture = this.closest('pf-result')!.querySelector<Strip>('pf-strip')!.picture()!;
    const pair = pairOf(race.facts!, race.lesson.predict);
    const sheet = this.#sheet(pair && race.report!.equal ? verdictSentence(pair) : 'A race without a verdict', race.report!.params);
    const native = picture.lanes.some((lane) => lane.reference !== null) ? ` · ◇ ${race.lesson.reference!.label}` : '';
    return stripSheet(picture, { ...sheet, caption: sheet.caption + native }, format);
  }

  #sweep(race: Race, format: Format): Promise<Blob> {
    const { report, shown: lanes } = race.sweep, workers = report!.over === 'workers';
    const spec = workers ? speedupChart(report!, lanes) : growthChart(report!.parameter, report!.points, lanes, report);
    const { [report!.parameter]: _, ...others } = report!.params;
    return chartSheet(spec, this.#sheet(workers ? `Speed-up against ${report!.parameter}` : `Time per call against ${report!.parameter}`, others), format);
  }

  #runs({ runs }: Race, format: Format): Promise<Blob> {
    return chartSheet(runsChart(runs.report!, runs.lanes), this.#sheet('The same race in fresh interpreters', runs.report!.runs[0]?.params ?? {}), format);
  }

  #sheet(title: string, params: Record<string, number>): Sheet {
    const { report, lesson } = this.race!, { where } = report!;
    const python = /\d+\.\d+(\.\d+)?/.exec(where.python)?.[0] ?? where.python;
    const values = Object.entries(params).map(([name, value]) => `${name} = ${formatNumber(value)}`);
    const caption = ['Photo Finish', lesson.slug, ...values, `CPython ${python} in ${where.browser ?? 'a browser'}`, `${where.cores} ${where.cores === 1 ? 'core' : 'cores'}`, where.date.slice(0, 10)].join(' · ');
    return { title, caption, theme: themeOf(this) };
  }
}

function text(content: string, type: string): Blob {
  return new Blob([content], { type: `${type};charset=utf-8` });
}

function download(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);      // some browsers read it later
}

customElements.define('pf-export', Export);
