#!/usr/bin/env node
/** The command line: one subcommand a file in commands/. This file only wires them and turns errors into exit codes. */
import { Command, CommanderError } from 'commander';
import { CouldNotRun, ExitCode, messageOf, printable } from '../bench/core/errors.js';
import { adviseCommand } from './commands/advise.js';
import { benchCommand } from './commands/bench.js';
import { bisectCommand } from './commands/bisect.js';
import { compareCommand } from './commands/compare.js';
import { conformCommand } from './commands/conform.js';
import { connectionsCommand } from './commands/connections.js';
import { doctorCommand } from './commands/doctor.js';
import { faultsCommand } from './commands/faults.js';
import { historyCommand } from './commands/history.js';
import { mergeCommand } from './commands/merge.js';
import { nodeLayerCommand } from './commands/node-layer.js';
import { profileCommand } from './commands/profile.js';
import { reportCommand } from './commands/report.js';
import { resultsCommand } from './commands/results.js';
import { soakCommand } from './commands/soak.js';
import { targetsCommand } from './commands/targets.js';
import { threadsCommand } from './commands/threads.js';
import { holdCommands } from './github.js';
import { dupmarkVersion } from './version.js';

const program = new Command('dupmark')
  .description(
    'Benchmarks and memory-leak profiling for the OpenSSL SSL handle, side by side over OpenSSL versions.',
  )
  .version(dupmarkVersion().version)
  // What stands behind a command is for that command to read, and so on down.
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .addHelpText(
    'after',
    `
Exit codes: 0 fine · 1 a finding · 2 could not run · 3 inconclusive (the budget ended first) ·
4 the detector itself failed · 130 and 143 interrupted, with what was measured kept`,
  );

for (const command of [
  targetsCommand(),
  benchCommand(),
  mergeCommand(),
  compareCommand(),
  adviseCommand(),
  threadsCommand(),
  connectionsCommand(),
  conformCommand(),
  doctorCommand(),
  soakCommand(),
  faultsCommand(),
  nodeLayerCommand(),
  profileCommand(),
  reportCommand(),
  historyCommand(),
  bisectCommand(),
  resultsCommand(),
]) {
  program.addCommand(command.showSuggestionAfterError());
}
// Instead of commander's own exit code of 1, which here means a finding.
for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(printableLines(text.replace(/^error: /, 'dupmark: '))),
  });
}

// Who reads only the head of it (`| head`) has what was wanted: no error, and nobody to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

/** What was typed may be in it, and what a library said. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

holdCommands();
try {
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? ExitCode.fine : ExitCode.couldNotRun;
  } else if (error instanceof CouldNotRun) {
    process.stderr.write(`dupmark: ${messageOf(error)}\n`);
    process.exitCode = ExitCode.couldNotRun;
  } else {
    process.stderr.write(
      `dupmark: a defect of dupmark itself: ${printableLines(error instanceof Error ? (error.stack ?? '') : String(error))}\n`,
    );
    process.exitCode = ExitCode.couldNotRun;
  }
}
