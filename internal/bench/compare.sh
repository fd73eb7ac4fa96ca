#!/usr/bin/env bash
# Compares the Go benchmarks of a package at an older commit with those of this work tree,
# in turn, so that what the machine does meanwhile falls on both alike.
#
#   internal/bench/compare.sh COMMIT PACKAGE [REGEXP [ROUNDS [FLAGS...]]]
#   internal/bench/compare.sh HEAD~3 ./internal/proxy Forwarder/1to1/64B 10 -test.benchtime 2000000x
#
# ROUNDS is 10 unless it is given: benchstat wants six at least for a confidence of 95 %.
# The figures of each side stay in old.txt and new.txt of the folder that is printed last.
set -euo pipefail
if [ $# -lt 2 ]; then
  echo "usage: ${0##*/} COMMIT PACKAGE [REGEXP [ROUNDS [FLAGS...]]]" >&2
  exit 2
fi
commit=$1 package=$2 regexp=${3:-.} rounds=${4:-10}
shift $(($# < 4 ? $# : 4))
cd "$(git rev-parse --show-toplevel)"
work=$(mktemp -d)

mkdir "$work/old"
git archive "$commit" | tar -x -C "$work/old"
(cd "$work/old" && go test -c -o "$work/old.test" "$package")
go test -c -o "$work/new.test" "$package"

# A test binary runs in its package's folder, where its testdata is.
bench() {
  local side=$1 root=$2
  shift 2
  (cd "$root/$package" && "$work/$side.test" -test.run '^$' -test.bench "$regexp" -test.benchmem "$@") |
    sed -u '/^PASS$/d' >>"$work/$side.txt"
}
for ((i = 1; i <= rounds; i++)); do
  echo "round $i of $rounds" >&2
  if ((i % 2)); then
    bench old "$work/old" "$@" && bench new "$PWD" "$@"
  else
    bench new "$PWD" "$@" && bench old "$work/old" "$@"
  fi
done
go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da "$work/old.txt" "$work/new.txt"
rm -r "$work/old" "$work"/*.test
echo "$work"
