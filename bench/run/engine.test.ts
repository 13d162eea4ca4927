import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { refusal } from '../targets/testing.js';
import { engineShard } from './engine.js';

const test = suite('run/engine');

/** What each engine sets, as its documentation has it, and the shard that this is. */
const CASES: readonly (readonly [string, Readonly<Record<string, string>>, string | null])[] = [
  ['nothing', {}, null],
  ['Kubernetes, the first of 4', { JOB_COMPLETION_INDEX: '0', DUPMARK_SHARDS: '4' }, '1/4'],
  ['Kubernetes, the last of 4', { JOB_COMPLETION_INDEX: '3', DUPMARK_SHARDS: '4' }, '4/4'],
  ['only a count', { DUPMARK_SHARDS: '4' }, null],
  [
    'Slurm, --array=1-8',
    { SLURM_ARRAY_TASK_ID: '8', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_COUNT: '8' },
    '8/8',
  ],
  [
    'Slurm, --array=0-7',
    { SLURM_ARRAY_TASK_ID: '0', SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_COUNT: '8' },
    '1/8',
  ],
  [
    'Slurm, --array=10-30:10',
    {
      SLURM_ARRAY_TASK_ID: '20',
      SLURM_ARRAY_TASK_MIN: '10',
      SLURM_ARRAY_TASK_COUNT: '3',
      SLURM_ARRAY_TASK_STEP: '10',
    },
    '2/3',
  ],
  ['GitLab, parallel: 3', { GITLAB_CI: 'true', CI_NODE_INDEX: '1', CI_NODE_TOTAL: '3' }, '1/3'],
  ['GitLab without parallel', { GITLAB_CI: 'true', CI_NODE_TOTAL: '1' }, null],
  ['GitLab, parallel: 1', { GITLAB_CI: 'true', CI_NODE_INDEX: '1', CI_NODE_TOTAL: '1' }, null],
  ['the same names elsewhere', { CI_NODE_INDEX: '0', CI_NODE_TOTAL: '3' }, null],
  ['Buildkite, parallelism: 5', { BUILDKITE_PARALLEL_JOB: '4', BUILDKITE_PARALLEL_JOB_COUNT: '5' }, '5/5'],
  [
    'a Buildkite agent on Kubernetes',
    {
      BUILDKITE_PARALLEL_JOB: '1',
      BUILDKITE_PARALLEL_JOB_COUNT: '2',
      JOB_COMPLETION_INDEX: '9',
      DUPMARK_SHARDS: '10',
    },
    '2/2',
  ],
];

for (const [name, variables, expected] of CASES) {
  test(name, () => {
    const shard = engineShard(variables)?.shard ?? null;
    assert.is(shard && `${shard.index}/${shard.count}`, expected);
  });
}

test('half of what it takes, and what makes no sense, is refused by name', async () => {
  const cases: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [{ JOB_COMPLETION_INDEX: '0' }, /Kubernetes gives JOB_COMPLETION_INDEX, but DUPMARK_SHARDS is not set/],
    [
      { JOB_COMPLETION_INDEX: '4', DUPMARK_SHARDS: '4' },
      /JOB_COMPLETION_INDEX=4 is not one of 4 numbers from 0/,
    ],
    [{ JOB_COMPLETION_INDEX: '0', DUPMARK_SHARDS: '\u001b[31m4' }, /DUPMARK_SHARDS is '\?\[31m4'/],
    [
      { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_COUNT: '3' },
      /SLURM_ARRAY_TASK_ID=7 is not one of 3 numbers from 1/,
    ],
    [{ GITLAB_CI: 'true', CI_NODE_INDEX: '0', CI_NODE_TOTAL: '3' }, /CI_NODE_INDEX=0 is not one of 3/],
    [{ BUILDKITE_PARALLEL_JOB: '-1', BUILDKITE_PARALLEL_JOB_COUNT: '3' }, /BUILDKITE_PARALLEL_JOB is '-1'/],
    [{ JOB_COMPLETION_INDEX: '0', DUPMARK_SHARDS: '99999' }, /not one of 99999/],
  ];
  for (const [variables, message] of cases)
    assert.match(await refusal(() => engineShard(variables)), message);
});

test.run();
