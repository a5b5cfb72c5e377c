import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Output } from '../../../src/cli/output';
import { sshOptions } from '../../../src/cli/ssh-options';
import type { HostKeyQuestion } from '../../../src/ssh/options';

const question = (otherKnownTypes: readonly string[]): HostKeyQuestion => ({
  node: 'm1',
  host: '10.0.0.11',
  keyType: 'ssh-rsa',
  fingerprint: 'SHA256:abc',
  otherKnownTypes,
  file: '/tmp/known_hosts',
});

async function answer(otherKnownTypes: readonly string[]) {
  const said: string[] = [];
  const output: Output = {
    answer: () => undefined,
    say: (line) => void said.push(line),
    colour: false,
    columns: 80,
  };
  const { askHostKey } = sshOptions({ acceptNew: true, systemSsh: false }, output, undefined);
  return { accepted: await askHostKey?.(question(otherKnownTypes)), said: said.join() };
}

describe('--accept-new', () => {
  it('stores the key of a host that is not known at all, and says so', async () => {
    const { accepted, said } = await answer([]);
    assert.equal(accepted, true);
    assert.match(said, /stored the key of 10\.0\.0\.11/);
  });

  it('stores no key of another type for a host that is known already', async () => {
    const { accepted, said } = await answer(['ssh-ed25519']);
    assert.equal(accepted, false);
    assert.match(said, /not stored.*10\.0\.0\.11.*ssh-rsa.*known by its ssh-ed25519 key/);
  });
});
