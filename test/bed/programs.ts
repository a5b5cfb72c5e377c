import { execFile, type ExecFileException } from 'node:child_process';

/** How a program ended; `code` is null when its time was over. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, at most `timeoutMs` long. Rejects only when it cannot be started. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: {
    readonly timeoutMs: number;
    readonly env?: NodeJS.ProcessEnv;
    readonly cwd?: string;
    readonly input?: string;
  },
): Promise<Ended> {
  const { timeoutMs, input, ...rest } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...args],
      { ...rest, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 32 * 1024 * 1024 },
      (error: (ExecFileException & Error) | null, stdout, stderr) => {
        if (typeof error?.code === 'string' && error.code !== 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
          return reject(error);
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : null) : 0, stdout, stderr });
      },
    );
    child.stdin?.on('error', () => undefined).end(input ?? '');
  });
}

/** The standard output of a program that has to succeed. */
export async function output(...run: Parameters<typeof runProgram>): Promise<string> {
  const { code, stdout, stderr } = await runProgram(...run);
  if (code !== 0)
    throw new Error(`${run[0]} ${run[1].join(' ')} ended with ${code}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
