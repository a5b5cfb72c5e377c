import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundled, notices } from '../../../scripts/notices.mjs';
import { shippedPage } from '../../../scripts/shipped-page.mjs';
import { root, targets } from './pages';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  icon: string;
  galleryBanner: { color: string; theme: string };
  dependencies?: unknown;
  files?: unknown;
};

describe('What ships', () => {
  for (const page of ['README.md', 'CHANGELOG.md'])
    it(`${page} without a link or a picture that the editor could not follow`, async () => {
      const text = await shippedPage(join(root, page));
      assert.ok(text.length > 1000);
      assert.deepEqual(
        targets(text).filter((target) => !/^(https:|#)/.test(target)),
        [],
      );
    });

  it('with the licences of everything that is bundled', async () => {
    const imported = ['src', 'webview'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .flatMap((name) => [
          ...readFileSync(join(root, folder, name), 'utf8').matchAll(
            /(?:\bfrom |\bimport\()'((?:@[^/']+\/)?[^./'][^/']*)/g,
          ),
        ])
        .map(([, name = '']) => name)
        .filter((name) => name !== 'vscode' && !name.startsWith('node:')),
    );
    assert.deepEqual([...new Set(imported)].sort(), [...bundled].sort());
    const text = await notices();
    for (const name of [...bundled, 'bcrypt-pbkdf', 'tweetnacl'])
      assert.match(text, new RegExp(`^${name} \\d`, 'm'));
    assert.match(text, /Redistribution and use in source and binary forms/);
  });

  it('without a dependency that somebody would have to download', () => {
    assert.equal(manifest.dependencies, undefined);
    // vsce takes either this list or .vscodeignore; npm takes .npmignore.
    assert.equal(manifest.files, undefined);
  });

  it('with an icon of 256 pixels', () => {
    const png = readFileSync(join(root, manifest.icon));
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    // Width and height stand first in the first chunk (PNG specification 11.2.2).
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [256, 256]);
    assert.match(manifest.galleryBanner.color, /^#[0-9a-f]{6}$/);
  });
});
