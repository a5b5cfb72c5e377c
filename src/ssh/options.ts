/** A server's key that no known_hosts file holds; answered with yes, it is stored. */
export interface HostKeyQuestion {
  /** The node, or the name of the jump host, that shows the key. */
  readonly node: string;
  /** As known_hosts would name it: `host`, or `[host]:port` when the port is not 22. */
  readonly host: string;
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` … */
  readonly keyType: string;
  /** `SHA256:` and base64 without padding, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** Key types that are known for this host; not empty means that the server hides a key that we know. */
  readonly otherKnownTypes: readonly string[];
  /** The file the key will be stored in. */
  readonly file: string;
}

/**
 * A secret that only the operator knows. A passphrase or password lives in memory until the connections are disposed;
 * what is answered in a `dialogue` of the server (a one-time code) is used once and kept nowhere.
 */
export type SecretQuestion =
  | { readonly kind: 'passphrase'; readonly node: string; readonly keyFile: string; readonly again: boolean }
  | {
      readonly kind: 'password';
      readonly node: string;
      readonly user: string;
      readonly host: string;
      readonly again: boolean;
    }
  | {
      readonly kind: 'dialogue';
      readonly node: string;
      readonly user: string;
      readonly host: string;
      /** The server's own words, one harmless line each; never to be taken for Standby's. */
      readonly prompt: string;
      readonly instructions: string;
      /** Whether what is typed may be shown, as the server says. */
      readonly echo: boolean;
      readonly again: boolean;
    };

/** What connections need besides the cluster file. */
export interface SshOptions {
  /** As `ssh -F`; then nothing of the user's own ~/.ssh is read or written unless a file names it. */
  readonly configFile?: string;
  /**
   * The configuration file was named by a workspace, not by this user: Standby's own SSH, which runs nothing that a
   * configuration says, follows it; the ssh of this machine does not get it.
   */
  readonly configFileIsForeign?: boolean;
  /** Absent: unknown host keys are refused. */
  readonly askHostKey?: (question: HostKeyQuestion) => Promise<boolean>;
  /** Absent, or undefined as the answer: no secret. `signal`: the answer is of no use any more. */
  readonly askSecret?: (question: SecretQuestion, signal?: AbortSignal) => Promise<string | undefined>;
  /** Told whether an answer was the right one: a wrong one must not be kept, a right one may. */
  readonly secretTried?: (question: SecretQuestion, secret: string, worked: boolean) => void;
  /**
   * The nodes that the ssh of this machine reaches, for what ssh2 has no means for: `*`, names of clusters, or
   * `CLUSTER/NODE`. It asks nobody, so only keys that need no passphrase, or are in the agent, are of use.
   */
  readonly systemSsh?: readonly string[];
  /**
   * The operator said on the command line that unknown host keys are to be stored, which wins over
   * `StrictHostKeyChecking yes` as `ssh -o` would; a changed key is refused all the same.
   */
  readonly acceptNew?: boolean;
  readonly homeDir?: string;
  /** One line of what happened, without secrets. */
  readonly log?: (line: string) => void;
}

/** What a person is being asked, and the reason to give to those who cannot wait for the answer. */
export interface OpenQuestion {
  readonly reason: 'host-key-unknown' | 'auth-failed';
  /** As in "waiting for you to say …". */
  readonly what: string;
}

/** Wraps a question to a person, so that no clock runs and no place is held meanwhile. */
export type Asking = <T>(question: OpenQuestion, answer: Promise<T>) => Promise<T>;
