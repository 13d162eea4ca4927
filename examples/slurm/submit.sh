#!/bin/sh
# A plan over SHARDS nodes, and its merge: RESULTS=/shared/dupmark-1 SHARDS=8 sh submit.sh
# The targets must be in the cache of every node, or in one that they share (DUPMARK_CACHE): dupmark targets add ...
set -eu
: "${RESULTS:?a new folder that every node can write}"
SHARDS=${SHARDS:-8}
BENCH=${BENCH:---suite full --seed 1 --budget 1h}
export RESULTS BENCH
here=$(dirname "$0")
mkdir -p "$RESULTS/bench"
job=$(sbatch --parsable --export=ALL --array="1-$SHARDS" "$here/bench.sbatch")
sbatch --export=ALL --dependency="afterok:$job" "$here/merge.sbatch"
