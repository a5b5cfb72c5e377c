// Leads a process group and ends it when its starter goes away, however that happens: the starter holds the
// other end of file descriptor 3, which the kernel closes for it. Used through scripts/processes.mjs.
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import process from 'node:process';

const [graceMs, command, ...args] = process.argv.slice(2);

let ending = false;
function endGroup() {
  if (ending) return;
  ending = true;
  setTimeout(() => process.kill(-process.pid, 'SIGKILL'), Number(graceMs));
  process.kill(-process.pid, 'SIGTERM');
}
// The SIGTERM for the group reaches this process too; only SIGKILL ends it before its group.
process.on('SIGTERM', endGroup);
process.on('SIGINT', endGroup);
process.on('SIGHUP', endGroup);

const lifeline = new Socket({ fd: 3, readable: true, writable: false });
lifeline.on('error', endGroup);
lifeline.on('close', endGroup);
lifeline.resume();

const child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit'] });
child.on('error', (error) => {
  process.stderr.write(`${command}: ${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 128 : code;
  // What the command left behind in its group ends with it; then this process reports the command's exit code.
  try {
    process.removeAllListeners('SIGTERM');
    process.on('SIGTERM', () => {});
    process.kill(-process.pid, 'SIGTERM');
  } finally {
    setTimeout(() => process.exit(), 50);
  }
});
