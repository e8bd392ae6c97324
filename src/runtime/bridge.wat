;; The one thing that C cannot say: a copy between the interpreter's memory and the shared memory of the kernels.
;; Needs multi-memory; bridge_js.wat takes its place in browsers without.
(module
  (import "interpreter" "memory" (memory $interpreter 1))
  (import "shared" "memory" (memory $shared 1 65536 shared))
  (func (export "copy_in") (param $to i32) (param $from i32) (param $bytes i32)
    (memory.copy $shared $interpreter (local.get $to) (local.get $from) (local.get $bytes)))
  (func (export "copy_out") (param $to i32) (param $from i32) (param $bytes i32)
    (memory.copy $interpreter $shared (local.get $to) (local.get $from) (local.get $bytes))))
