#!/usr/bin/env node
// Writes schemas/cluster.schema.json from the tables of keys; a unit test holds the file against them.
import './node-version.mjs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';
import { tsImport } from 'tsx/esm/api';

const root = path.dirname(import.meta.dirname);
const { jsonSchema } = await tsImport('../src/cluster/language/json-schema.ts', import.meta.url);
const { systems } = await tsImport('../src/systems/index.ts', import.meta.url);

const file = path.join(root, 'schemas/cluster.schema.json');
await mkdir(path.dirname(file), { recursive: true });
const schema = JSON.stringify(jsonSchema(systems.map(({ spec }) => spec)));
await writeFile(file, await format(schema, { ...(await resolveConfig(file)), filepath: file }));
process.stderr.write(`schema: ${path.relative(root, file)}\n`);
