/** What `import … from 'dupmark'` gives. */
export {
  defineSoak,
  type SoakBudget,
  type SoakClass,
  type SoakCycle,
  type SoakDefinition,
  type SoakPlant,
} from './soak/define.js';
