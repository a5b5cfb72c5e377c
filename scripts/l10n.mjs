#!/usr/bin/env node
// Writes l10n/bundle.l10n.json: every message of the editor, for translators. A unit test holds it against the code.
// Translations stand beside it, as bundle.l10n.de.json; only those are shipped, for English stands in the code.
import './node-version.mjs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { bundle } from './l10n-messages.mjs';

const root = path.dirname(import.meta.dirname);
await mkdir(path.join(root, 'l10n'), { recursive: true });
await writeFile(path.join(root, 'l10n/bundle.l10n.json'), await bundle(root));
process.stderr.write('l10n: l10n/bundle.l10n.json\n');
