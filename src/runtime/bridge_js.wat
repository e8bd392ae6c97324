;; bridge.wat for browsers without multi-memory: JavaScript copies. A function table holds WebAssembly functions only, so the
;; two functions pass through this module.
(module
  (func $copy_in (import "js" "copy_in") (param i32 i32 i32))
  (func $copy_out (import "js" "copy_out") (param i32 i32 i32))
  (func (export "copy_in") (param i32 i32 i32) (call $copy_in (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy_out") (param i32 i32 i32) (call $copy_out (local.get 0) (local.get 1) (local.get 2))))
