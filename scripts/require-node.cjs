'use strict';
// The first thing that `make` runs: says in one line what is missing, in syntax that any Node can read.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 12)) {
  process.stderr.write(`dupmark: this is Node ${process.version}; it needs Node 20.12 or later\n`);
  process.exit(2);
}
