// A process of tests/browser/ipc.test.ts: an instance of ipc.wasm on the page's memory. Sends what it gets back where it came from; the
// one that is told to begin counts round trips, and goes on until the pipe is closed.
onmessage = ({ data: { module, memory, base, token, input, output, rounds } }) => {
  const kernel = new WebAssembly.Instance(module, { env: { memory }, host: { now: () => performance.now() / 1000 } }).exports;
  const AGAIN = -3n, READABLE = 1, bytes = new Uint8Array(memory.buffer);
  const high = (pair) => Number(pair >> 32n), low = (pair) => Number(pair & 0xffffffffn);
  const send = (value) => {
    const room = kernel.ipc_reserve_message(base, token, output, 1);
    if (room < 0n) return Number(room);
    bytes[base + high(room)] = value;
    return kernel.ipc_commit(base, token, output, high(room), 1);
  };
  const receive = () => {
    let message = kernel.ipc_claim_message(base, token, input);
    while (message === AGAIN) {
      kernel.ipc_wait(base, token, READABLE, input, -1);
      message = kernel.ipc_claim_message(base, token, input);
    }
    if (message < 0n) return Number(message);
    const value = bytes[base + high(message)];
    kernel.ipc_release(base, token, input, 1);
    return value;
  };
  kernel.ipc_running(base, token);
  let wrong = 0, value = 0;
  const since = performance.now();
  for (let round = 1; value >= 0; round++) {
    if (rounds) {
      send(round & 0x7f);
      value = receive();
      if (value >= 0 && value !== (round & 0x7f)) wrong++;
      if (round === rounds) postMessage({ microseconds: (performance.now() - since) * 1000 / rounds });
    } else {
      value = receive();
      if (value >= 0) send(value);
    }
  }
  postMessage({ wrong, status: value });
};
