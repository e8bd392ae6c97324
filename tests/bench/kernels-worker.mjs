// The benchmark's WebAssembly module in a worker of the page: a message [name, ...arguments] is answered with the number that comes out.
import create from './kernels.mjs';
let module;
onmessage = async ({ data: [name, ...values] }) => {
  module ??= await create({ threads: navigator.hardwareConcurrency });
  postMessage(module[`_bench_${name}`](...values));
};
