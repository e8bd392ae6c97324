// Processes under load: 10 000 tasks, 1 GiB through a pipe, messages of all sizes both ways at once, many short lives one after another.
//
//   BROWSERS=chromium,firefox node --test tests/browser/process-loads.test.ts        (make builds the site first)
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsers, launch, openEngine, type Browser, type Page } from './drive/index.ts';
import { serve, type Site } from '../../web/isolation/server.ts';

interface Load { title: string; threads: boolean; source: string; prints: string }

const LOADS: Load[] = [
  {
    title: '10 000 tasks through an executor, one by one', threads: true, prints: '333283335000\n',
    source: `
from concurrent.futures import ProcessPoolExecutor
def square(i): return i * i
if __name__ == "__main__":
    with ProcessPoolExecutor(2) as executor:
        print(sum(executor.map(square, range(10_000))))
`,
  },
  {
    title: '10 000 tasks through a pool, unordered, one by one', threads: true, prints: '333283335000 10000\n',
    source: `
from multiprocessing import Pool
def square(i): return i * i
if __name__ == "__main__":
    with Pool(2) as pool:
        results = list(pool.imap_unordered(square, range(10_000)))
    print(sum(results), len(set(results)))
`,
  },
  {
    title: '1 GiB through a pipe', threads: false, prints: '16384 True 0\n',
    source: `
from multiprocessing import Pipe, Process
PART = 65536
def send(connection, count):
    for i in range(count):
        connection.send_bytes(i.to_bytes(8) + bytes([i % 251]) * (PART - 8))
    connection.close()
if __name__ == "__main__":
    count = 2**30 // PART
    ours, theirs = Pipe(duplex=False)
    child = Process(target=send, args=(theirs, count))
    child.start()
    theirs.close()
    got, right = 0, True
    try:
        while True:
            message = ours.recv_bytes()
            right = right and len(message) == PART and int.from_bytes(message[:8]) == got and message[8] == message[-1] == got % 251
            got += 1
    except EOFError:
        pass
    child.join()
    print(got, right, child.exitcode)
`,
  },
  {
    title: 'one message of 100 MB, there and back', threads: false, prints: 'True\n',
    source: `
from multiprocessing import Pipe, Process
def echo(connection): connection.send_bytes(connection.recv_bytes())
if __name__ == "__main__":
    ours, theirs = Pipe()
    child = Process(target=echo, args=(theirs,))
    child.start()
    message = bytes(range(250)) * 400_000
    ours.send_bytes(message)
    print(ours.recv_bytes() == message)
    child.join()
`,
  },
  {
    title: 'four processes, four queues each, messages of all sizes', threads: true, prints: '4 1200 True\n',
    source: `
import random
from multiprocessing import Process, Queue
def work(seed, inbox, outbox):
    for number, data in iter(inbox.get, None):
        outbox.put((seed, number, data[::-1]))
    outbox.put((seed, None, None))
if __name__ == "__main__":
    outbox, inboxes = Queue(), [Queue() for _ in range(4)]
    children = [Process(target=work, args=(seed, inbox, outbox)) for seed, inbox in enumerate(inboxes)]
    for child in children: child.start()
    source, sent = random.Random(1), {}
    for number in range(300):
        for seed, inbox in enumerate(inboxes):
            sent[seed, number] = source.randbytes(source.choice((0, 1, 100, 5000, 200_000)))
            inbox.put((number, sent[seed, number]))
    for inbox in inboxes: inbox.put(None)
    done, got, right = 0, 0, True
    while done < 4:
        seed, number, data = outbox.get()
        if number is None:
            done += 1
            continue
        right = right and data == sent.pop((seed, number))[::-1]
        got += 1
    for child in children: child.join()
    print(done, got, right and not sent)
`,
  },
  {
    title: '60 processes, one after another', threads: false, prints: '60\n',
    source: `
from multiprocessing import Process
def nothing(): pass
if __name__ == "__main__":
    codes = []
    for _ in range(60):
        child = Process(target=nothing)
        child.start()
        child.join()
        codes.append(child.exitcode)
    print(codes.count(0))
`,
  },
];

for (const name of browsers) {
  describe(name, () => {
    let site: Site, browser: Browser, page: Page;

    before(async () => {
      site = await serve('build/site', { headers: true });
      browser = await launch(name, { timeout: 400_000 });
      page = await openEngine(browser, site.url);
    });
    after(async () => { await browser?.close(); await site?.close(); });

    for (const { title, threads, source, prints } of LOADS) {
      test(title, async (context) => {
        if (threads && name === 'webkit') return context.skip('no threads in this browser');
        const result = await page.evaluate((source: string) => (window as any).engine.run(source, { timeout: 360 }), source) as any;
        assert.deepEqual([result.status, result.stderr], ['ok', '']);
        assert.equal(result.stdout, prints);
        context.diagnostic(`${result.seconds.toFixed(2)} s`);
      });
    }
  });
}
