#!/bin/sh
# Type checks (page and engine; what runs in Node; the service worker), then the page's pure parts: tests/web/run.sh [vitest's filters]
# Goes on after a failure, and remembers it.
cd "$(dirname "$0")/../.." || exit 1
modules=build/node_modules failed=0
for project in web web/render web/tsconfig.sw.json; do
  echo "--- tsc $project"
  node $modules/typescript/bin/tsc -p $project || failed=1
done
echo "--- vitest"
node $modules/vitest/vitest.mjs run --config tests/web/vitest.config.mts "$@" || failed=1
exit $failed
