#!/bin/sh
# Runs test programs one after another, each under its name: tests/c/run.sh PROGRAM...   Goes on after a failure, and remembers it.
failed=0
for program; do
  echo "--- $program"
  case $program in
    *.cjs) node "$program" || failed=1 ;;
    *) "$program" || failed=1 ;;
  esac
done
exit $failed
