import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

/**
 * Starts the ssh of this machine, its words handed over without a shell. It gets a session of its own: no terminal
 * on which it, or an ssh of a jump host behind it, could ask, and no Ctrl-C that is meant for us.
 */
export function startSsh(words: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn('ssh', words, {
    detached: process.platform !== 'win32',
    stdio: 'pipe',
    windowsHide: true,
    // Its words are read in the C locale; a graphical question would come out of nowhere.
    env: { ...process.env, LC_ALL: 'C', SSH_ASKPASS_REQUIRE: 'never' },
  });
  // It may be gone before it has read what we write.
  child.stdin.on('error', () => {});
  return child;
}

let version: Promise<string> | undefined;

/** What `ssh -V` prints, asked once; nothing where there is no ssh, or none that answers within 5 s. */
export function sshVersion(): Promise<string> {
  version ??= new Promise<string>((resolve) => {
    execFile('ssh', ['-V'], { timeout: 5_000, windowsHide: true }, (error, _stdout, stderr) => {
      // It may be installed in a moment.
      if (error) version = undefined;
      resolve(error ? '' : stderr);
    });
  });
  return version;
}

/** Ends it with what it started, such as a ProxyCommand; harmless when it has ended. */
export function endSsh(child: ChildProcessWithoutNullStreams): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.stdin.destroy();
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGTERM');
  } catch {
    // It ended by itself in this moment.
  }
}
