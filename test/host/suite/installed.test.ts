import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

const isInstalled = process.env['STANDBY_TEST_INSTALLED'] === 'yes';

describe('the extension that is tested', () => {
  const folder = () => {
    const extension = vscode.extensions.getExtension('standby.standby');
    assert.ok(extension, 'the host does not know the extension standby.standby');
    return extension.extensionPath;
  };

  it(`is ${isInstalled ? 'the one that was installed from the package' : 'this checkout'}`, () => {
    assert.equal(existsSync(path.join(folder(), 'src')), !isInstalled, folder());
    assert.equal(/[\\/]standby\.standby-\d+\.\d+\.\d+[^\\/]*$/.test(folder()), isInstalled, folder());
  });

  it('has every file that its manifest and its scripts name', () => {
    const manifest = JSON.parse(readFileSync(path.join(folder(), 'package.json'), 'utf8')) as {
      main: string;
      icon: string;
    };
    const bundles = readdirSync(path.join(folder(), 'dist')).filter(
      (name) => name.endsWith('.js') && name !== 'cli.js',
    );
    const required = bundles.flatMap((name) =>
      [
        ...readFileSync(path.join(folder(), 'dist', name), 'utf8').matchAll(/\brequire\("(\.[^"]+\.js)"\)/g),
      ].map(([, target]) => path.join('dist', target ?? '')),
    );
    const named = [
      manifest.main,
      manifest.icon,
      'dist/check-worker.js',
      'dist/rules.md',
      'dist/webview/rebuild.js',
    ];
    assert.deepEqual(
      [...named, ...required].filter((file) => !existsSync(path.join(folder(), file))),
      [],
    );
  });
});
