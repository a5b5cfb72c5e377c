import assert from 'node:assert/strict';
import ssh2 from 'ssh2';
import { isEncrypted } from '../../../src/ssh/key-file';

describe('isEncrypted', () => {
  it('tells keys with a passphrase from those without, in every form ssh-keygen writes', () => {
    const plain = ssh2.utils.generateKeyPairSync('ed25519').private;
    // The types of generateKeyPairSync do not know a passphrase for ed25519.
    const lock: object = {
      passphrase: 'x',
      cipher: 'aes256-ctr',
    };
    const locked = ssh2.utils.generateKeyPairSync('ed25519', lock as never).private;
    assert.equal(isEncrypted(plain), false);
    assert.equal(isEncrypted(locked), true);
    assert.equal(isEncrypted('-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n'), true);
    assert.equal(isEncrypted('-----BEGIN RSA PRIVATE KEY-----\nMIIE\n'), false);
    assert.equal(isEncrypted('-----BEGIN ENCRYPTED PRIVATE KEY-----\n'), true);
    assert.equal(isEncrypted('noise'), false);
  });
});
