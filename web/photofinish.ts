// photofinish.mjs: the engine as others use it. Documented in docs/, kept stable (CONTRACTS.md).
export { createEngine } from './engine/engine.ts';
export type { Engine, EngineOptions, RaceCallbacks, RaceSpec, RepeatOptions, RunOptions } from './engine/engine.ts';
export type * from './protocol.ts';
