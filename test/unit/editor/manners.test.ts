import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { withoutLinks } from '../../../src/editor/plain-markdown';

const root = new URL('../../../', import.meta.url).pathname;

/** Sources with their text, by their path from the root. */
function sources(folder: string): readonly (readonly [file: string, text: string])[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')] as const);
}

const all = [...sources('src'), ...sources('webview')];

describe('Manners of the extension', () => {
  it('show every error through tell(), which has the way to the log', () => {
    const direct = all.filter(([, text]) => text.includes('showErrorMessage')).map(([file]) => file);
    assert.deepEqual(direct, ['src/editor/log.ts']);
    assert.match(readFileSync(join(root, 'src/editor/log.ts'), 'utf8'), /showErrorMessage\([^;]*showLog\)/);
  });

  it('make no links of what a node, a server or a plan says', () => {
    const raw = all.flatMap(([file, text]) =>
      [...text.matchAll(/show(?:Error|Warning|Information)Message\(\s*(\w+[,)]|`)/g)].map(
        ([call]) => `${file}: ${call}`,
      ),
    );
    assert.deepEqual(raw, [], 'a text that is made elsewhere goes through withoutLinks');
    assert.equal(
      withoutLinks('see [this](command:x), [that] and (those)'),
      'see [this] (command:x), [that] and (those)',
    );
    const log = readFileSync(join(root, 'src/editor/log.ts'), 'utf8');
    assert.match(log, /showErrorMessage\(withoutLinks\(message\)/);
  });

  it('send nothing home: no telemetry, and no network but SSH and the sockets of its own demo', () => {
    const talks =
      /createTelemetryLogger|TelemetryLogger|sendTelemetry|\bfetch\(|XMLHttpRequest|sendBeacon|new WebSocket|['"](?:node:)?(?:http|https|http2|net|tls|dgram|undici)['"]/;
    const talking = all.filter(([, text]) => talks.test(text)).map(([file]) => file);
    const may = /^src\/(?:ssh|demo)\//;
    assert.deepEqual(
      talking.filter((file) => !may.test(file)),
      // Only whether a text is an address is asked of `node:net`.
      talking.filter((file) => !may.test(file) && onlyAsks(file)),
    );
    assert.ok(
      talking.some((file) => file.startsWith('src/ssh/')),
      'SSH is found: the pattern works',
    );
  });

  function onlyAsks(file: string): boolean {
    const text = all.find(([each]) => each === file)?.[1] ?? '';
    const imports = [
      ...text.matchAll(/import (.*) from '(?:node:)?(?:http|https|http2|net|tls|dgram|undici)'/g),
    ];
    return (
      imports.length > 0 &&
      imports.every(([, names = '']) =>
        /^(type )?\{[ ,]*(?:isIP|isIPv4|isIPv6|BlockList|[ ,])+\}$/.test(names),
      ) &&
      !/fetch\(|XMLHttpRequest|sendBeacon|new WebSocket|elemetry/.test(text)
    );
  }

  it('let the page of the panel speak to nobody but the extension', () => {
    const policy = readFileSync(join(root, 'src/editor/page-text.ts'), 'utf8');
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /connect-src/);
  });
});
