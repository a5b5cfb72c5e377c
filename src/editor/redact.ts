/** Words that must not be in a report, by what stands for them. */
export interface Known {
  readonly cluster?: readonly string[];
  readonly node?: readonly string[];
  readonly address?: readonly string[];
  readonly user?: readonly string[];
  readonly host?: readonly string[];
  readonly path?: readonly string[];
  /** Other words of the cluster files: racks, targets, file systems. */
  readonly name?: readonly string[];
  /** Paths that may be told, with what is shown for them. */
  readonly told?: Readonly<Record<string, string>>;
}

interface Branch {
  ends: boolean;
  readonly next: Map<string, Branch>;
}

/** An expression for any of many words, the longest that fits; one step a character, however many they are. */
function anyOf(words: readonly string[]): string {
  const root: Branch = { ends: false, next: new Map() };
  for (const word of words) {
    let at = root;
    for (const character of word.toLowerCase()) {
      const next = at.next.get(character) ?? { ends: false, next: new Map() };
      at.next.set(character, next);
      at = next;
    }
    at.ends = true;
  }
  return sourceOf(root);
}

function sourceOf({ ends, next }: Branch): string {
  if (next.size === 0) return '';
  const branches = [...next].map(([character, branch]) => escaped(character) + sourceOf(branch));
  return `(?:${branches.join('|')})${ends ? '?' : ''}`;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Alternatives of one expression: the first one that fits at a place wins, and nothing is replaced twice. */
const patterns = {
  key: String.raw`-----BEGIN [^-\n]*-----[\s\S]*?(?:-----END [^-\n]*-----|$)`,
  // A secret behind its name (IPMI_PASSWORD=…, shared-secret "…"), and behind the usual options of console commands.
  secret: String.raw`(?<=(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|api[_-]?key|community|authorization)(?:["']?\s*(?:[:=]|\bis\b)\s*(?:bearer\s+|basic\s+)?|\s+(?=["'])))(?:"[^"\n]*"|'[^'\n]*'|\S+)|(?<=(?<![\w-])(?:-[pP]|--pass(?:word|wd|phrase)?)(?:\s+|=))(?:"[^"\n]*"|'[^'\n]*'|\S+)`,
  fingerprint: String.raw`\b(?:SHA256:[A-Za-z0-9+/]{20,}=*|MD5(?::[0-9a-f]{2}){16}|(?:[0-9a-f]{2}:){15}[0-9a-f]{2})`,
  uri: String.raw`\b[a-z][a-z0-9+.-]{1,20}://[^\s"'<>)\]]+`,
  quotedPath: String.raw`(?<=["'‘“\x60])(?:~?/|[A-Za-z]:\\|\\\\)[^"'’”\x60\n]+`,
  windowsPath: String.raw`(?<![\w])(?:[A-Za-z]:\\|\\\\)[^\s"'<>|,;]+`,
  path: String.raw`(?<![\w.])(?:~[\w-]*|\.{1,2})?/(?:[^\s"'<>|,;:()\[\]{}]|\\ )+`,
  file: String.raw`[\p{L}\p{N}_.-]+\.cluster\.ya?ml`,
  userAtHost: String.raw`[\p{L}\p{N}_.+-]+@(?:\[[0-9a-f:%.\w]+\]|[\p{L}\p{N}_.-]+)`,
  hardware: String.raw`(?<![\w:])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:])`,
  ipv6: String.raw`(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:(?<=:)(?:\d{1,3}\.){3}\d{1,3})?(?:%\w+)?(?![\w:])`,
  ipv4: String.raw`(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w])`,
  domain: String.raw`(?<![\w.@-])(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?\.)+(?:[\p{L}]{2,}|xn--[a-z0-9-]+)(?![\w-])`,
  blob: String.raw`(?<![\w+/])[A-Za-z0-9+/_-]{40,}={0,2}`,
} as const;

type Kind = keyof typeof patterns | 'known';

/** Names with dots that are none of a host: files of ours, settings, and functions in a stack. */
const plainDotted =
  /^(?:standby\.[\w.]+|[\w.-]+\.(?:c?js|mjs|ts|json|ya?ml|log|conf|txt)|(?:process|Object|Module|Promise|Timeout|Function|Array|Map|Set)\.\w+)$/i;

/**
 * Takes out of texts what tells whose cluster it is: the same thing always becomes the same word (`node1`, `address1`).
 * What it knows it finds wherever it stands alone; of the rest it finds what looks like an address, a name, a path or
 * a secret.
 */
export class Redactor {
  readonly #words = new Map<string, string>();
  readonly #numbers = new Map<string, number>();
  readonly #told = new Map<string, string>();
  readonly #pattern: RegExp;

  constructor(known: Known) {
    const { told = {}, ...words } = known;
    for (const [path, shown] of Object.entries(told)) this.#told.set(path.toLowerCase(), shown);
    const all = Object.entries(words).flatMap(([kind, list]) =>
      list.filter((word) => /[\p{L}\p{N}]/u.test(word)).map((word) => ({ kind, word })),
    );
    for (const { kind, word } of all) this.#stand(word, kind);
    const exact = [...this.#told.keys(), ...all.map(({ word }) => word)];
    const ours =
      exact.length === 0 ? '' : String.raw`(?<known>(?<![\p{L}\p{N}])${anyOf(exact)}(?![\p{L}\p{N}]))|`;
    const shapes = Object.entries(patterns).map(([kind, pattern]) => `(?<${kind}>${pattern})`);
    // Secrets first: a password may look like anything, the name of a node too.
    const [key, secret, ...others] = shapes;
    this.#pattern = new RegExp(`${key ?? ''}|${secret ?? ''}|${ours}${others.join('|')}`, 'giu');
  }

  redact(text: string): string {
    return text.replace(this.#pattern, (found: string, ...rest: unknown[]) => {
      const groups = rest.at(-1) as Partial<Record<Kind, string>>;
      const kind = (Object.keys(groups) as Kind[]).find((each) => groups[each] !== undefined);
      return kind === undefined ? found : this.#replace(kind, found);
    });
  }

  #replace(kind: Kind, found: string): string {
    switch (kind) {
      case 'key':
        return '[a key was here]';
      case 'secret':
        return '[a secret was here]';
      case 'blob':
        return '[a long word was here]';
      case 'known':
        return this.#told.get(found.toLowerCase()) ?? this.#stand(found, 'name');
      case 'fingerprint':
        return this.#stand(found, 'fingerprint');
      case 'uri':
        return /^https?:/i.test(found) ? this.#stand(found, 'uri') : this.#stand(found, 'path');
      case 'quotedPath':
      case 'windowsPath':
      case 'path':
        return this.#stand(found.replace(/[\\/.]+$/, ''), 'path');
      case 'file':
        return `${this.#stand(found, 'file')}.cluster.yaml`;
      case 'userAtHost': {
        const at = found.lastIndexOf('@');
        const [user, host] = [found.slice(0, at), found.slice(at + 1)];
        return `${this.#stand(user, 'user')}@${this.#stand(host, 'host')}`;
      }
      case 'hardware':
        return this.#stand(found, 'hardware');
      case 'ipv6':
        // A time of day has a like shape.
        return /[0-9a-f]/i.test(found) && (found.includes('::') || found.split(':').length === 8)
          ? this.#stand(found, 'address')
          : found;
      case 'ipv4':
        return this.#stand(found, 'address');
      case 'domain':
        return plainDotted.test(found) ? found : this.#stand(found, 'host');
    }
  }

  /** The word that stands for another, always the same. */
  #stand(word: string, kind: string): string {
    const key = word.toLowerCase();
    const before = this.#words.get(key);
    if (before !== undefined) return before;
    const number = (this.#numbers.get(kind) ?? 0) + 1;
    this.#numbers.set(kind, number);
    const made = `${kind}${number}`;
    this.#words.set(key, made);
    return made;
  }
}
