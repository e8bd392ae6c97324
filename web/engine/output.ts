// What a program prints, on its way to the page: decoded, sent in pieces, and bounded, so that an endless `print` neither
// freezes the page nor fills its memory.

const PIECE_MS = 50;                    // a piece at most this often, or ...
const PIECE_BYTES = 64 * 1024;          // ... when this much has gathered
const PROMPT_PIECES = 100;              // so many at once in that time where several processes print
export const OUTPUT_LIMIT = 1024 * 1024;   // bytes a stream and run; the rest is dropped and the reader told so

type Send = (text: string) => void;

/** One of the program's two streams. */
export class Output {
  #decoder = new TextDecoder();
  #text = '';
  #bytes = 0;
  #sent = 0;
  #prompt = false;
  #begun = 0;             // a time of PIECE_MS, in which ...
  #left = 0;              // ... so many pieces may still be sent at once
  #send: Send;
  #limit: number;

  constructor(send: Send, limit = OUTPUT_LIMIT) {
    this.#send = send;
    this.#limit = limit;
  }

  /** Takes what the interpreter writes; always all of it. */
  write(bytes: Uint8Array): number {
    const room = this.#limit - this.#bytes;
    this.#bytes += bytes.length;
    if (room > 0) {
      // Pyodide's bytes may lie in shared or growing memory, which TextDecoder refuses: a copy.
      this.#text += this.#decoder.decode(bytes.slice(0, room), { stream: true });
      if (bytes.length > room) this.#text += `\n[output stopped here after ${Math.round(this.#limit / 1024)} KiB]\n`;
    }
    if (this.#text.length >= PIECE_BYTES || performance.now() - this.#sent >= PIECE_MS || this.#isPrompt()) this.flush();
    return bytes.length;
  }

  /** From now on what is written goes out at once, if it is not very much, so that lines of several processes are in order. */
  promptly(): void {
    this.#prompt = true;
  }

  #isPrompt(): boolean {
    if (!this.#prompt) return false;
    const now = performance.now();
    if (now - this.#begun >= PIECE_MS) {
      this.#begun = now;
      this.#left = PROMPT_PIECES;
    }
    return this.#left-- > 0;
  }

  flush(): void {
    if (this.#text) this.#send(this.#text);
    this.#text = '';
    this.#sent = performance.now();
  }

  /** Before the next program: nothing of the last one counts. */
  reset(): void {
    this.flush();
    this.#decoder = new TextDecoder();
    this.#bytes = 0;
  }
}
