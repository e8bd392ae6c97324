// Every failure that photofinish.mjs rejects with. `name` is stable; the message says what to do.
export type EngineErrorName =
  | 'UnsupportedError'   // this browser lacks something without which no interpreter runs
  | 'LoadError'          // a file of the site could not be loaded
  | 'BootError'          // the interpreter did not start
  | 'LanesError'         // the lanes file is not well-formed
  | 'SetupError'         // the lanes file's setup raised; the message is its traceback
  | 'LessonError'        // there is no such lesson
  | 'BusyError'          // something is running already
  | 'StoppedError'       // stop() ended it
  | 'CrashedError'       // the interpreter died while it ran
  | 'ClosedError';       // close() was called

export class EngineError extends Error {
  /** Where the program ended its own process, or one of its signals did (os._exit, os.kill): the status that a shell would see. */
  readonly exitCode: number | null;

  constructor(name: EngineErrorName, message: string, exitCode: number | null = null) {
    super(message);
    this.name = name;
    this.exitCode = exitCode;
  }
}
