export { dupmarkVersion } from '../bench/worker/version.js';
