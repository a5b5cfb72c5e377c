import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { clusterSpec } from '../../../src/cluster/keys';
import { jsonSchema } from '../../../src/cluster/language/json-schema';
import { specs } from './language';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly description?: string;
  readonly then?: Schema;
}

const schema = jsonSchema(specs) as unknown as Schema & { readonly allOf: readonly Schema[] };

describe('the JSON schema', () => {
  it('that is shipped is current; npm run schema writes it', () => {
    const shipped = readFileSync(new URL('../../../schemas/cluster.schema.json', import.meta.url), 'utf8');
    assert.deepEqual(JSON.parse(shipped), JSON.parse(JSON.stringify(schema)));
  });

  it('has every key of every system, with its sentence', () => {
    for (const [index, spec] of specs.entries()) {
      const own = schema.allOf[index]?.then;
      const keys = clusterSpec(specs, spec).keys;
      assert.deepEqual(Object.keys(own?.properties ?? {}), Object.keys(keys));
      assert.deepEqual(Object.keys(own?.properties?.[spec.id]?.properties ?? {}), Object.keys(spec.section));
      assert.match(
        own?.properties?.['nodes']?.items?.properties?.['address']?.description ?? '',
        /SSH server/,
      );
      assert.deepEqual(own?.properties?.['nodes']?.items?.required, ['name', 'address', 'roles']);
    }
  });

  it('takes sizes and durations as they are written, and no bare numbers', () => {
    const disk = schema.allOf[2]?.then?.properties?.['nodes']?.items?.properties?.['disks']?.items;
    const size = new RegExp(disk?.properties?.['capacity']?.pattern ?? '');
    for (const good of ['10TB', '931.5GiB', '512 MB', '0']) assert.match(good, size);
    for (const bad of ['10', '10tb', '-5TB', '1e3GB']) assert.doesNotMatch(bad, size);
  });
});
