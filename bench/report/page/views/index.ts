/** All views, in the order of the page's menu. A view shows only where there is something for it. */
import type { View } from '../model.js';
import { compare } from './compare.js';
import { conformance } from './conformance.js';
import { connections } from './connections.js';
import { distribution } from './distribution.js';
import { faults } from './faults.js';
import { heatmap } from './heatmap.js';
import { history } from './history.js';
import { machine } from './machine.js';
import { memory } from './memory.js';
import { nodeLayer } from './node-layer.js';
import { overview } from './overview.js';
import { soak } from './soak.js';
import { threads } from './threads.js';
import { trend } from './trend.js';

export const VIEWS: readonly View[] = [
  overview,
  trend,
  history,
  heatmap,
  compare,
  distribution,
  memory,
  threads,
  connections,
  nodeLayer,
  conformance,
  soak,
  faults,
  machine,
];
