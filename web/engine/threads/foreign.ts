// Calls of ctypes go through a JavaScript function, and a stack with a JavaScript frame in it cannot be suspended: trying to would end the
// interpreter. Meanwhile Pyodide's permission to suspend is withdrawn.

let suspender: { value: boolean } | null = null;

/** Before Pyodide's module is instantiated with these imports. */
export function guardForeignCalls(imports: WebAssembly.Imports): void {
  const { env } = imports as { env?: Record<string, any> };
  const call = env?.ffi_call_js;
  if (!call) return;
  env.ffi_call_js = Object.assign((...parameters: unknown[]) => {
    if (!suspender) return call(...parameters);
    const { value } = suspender;
    suspender.value = false;
    try {
      return call(...parameters);
    } finally {
      suspender.value = value;
    }
  }, call);
}

/** Once Pyodide runs: its module's validSuspender. */
export function guardWith(valid: { value: boolean }): void {
  suspender = valid;
}
