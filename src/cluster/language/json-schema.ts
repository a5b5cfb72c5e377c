import { clusterSpec } from '../keys';
import type { KeySpec, MapSpec, SystemSpec, ValueSpec } from '../spec';

type Schema = Readonly<Record<string, unknown>>;

/**
 * The JSON schema of cluster files, for other tools (`# yaml-language-server: $schema=…`). It is a little more
 * lenient than Standby: what ties one place of a file to another (names of nodes, sums) has no place in it.
 */
export function jsonSchema(specs: readonly SystemSpec[]): Schema {
  const ids = specs.map(({ id }) => id);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Standby cluster file',
    type: 'object',
    required: ['cluster', 'system', 'nodes'],
    properties: { system: { enum: ids, description: 'The storage system.' } },
    allOf: specs.map((spec) => ({
      if: { properties: { system: { const: spec.id } }, required: ['system'] },
      then: ofMap(clusterSpec(specs, spec), { '^x-': {} }),
    })),
  };
}

function ofMap(spec: MapSpec, patternProperties?: Schema): Schema {
  const required = Object.entries(spec.keys).flatMap(([key, known]) => (known.required ? [key] : []));
  const dependencies = Object.fromEntries((spec.requiredWith ?? []).map(({ key, needs }) => [key, needs]));
  return {
    type: 'object',
    properties: properties(spec.keys),
    ...(patternProperties ? { patternProperties } : {}),
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
    // Either of them, never both.
    ...(spec.oneOf ? { oneOf: spec.oneOf.map((key) => ({ required: [key] })) } : {}),
    ...(spec.requiredWith ? { dependencies } : {}),
  };
}

function properties(keys: Readonly<Record<string, KeySpec>>): Schema {
  return Object.fromEntries(
    Object.entries(keys).map(([key, { value, doc, defaultText }]) => [
      key,
      {
        description: defaultText === undefined ? doc : `${doc} Default: ${defaultText}.`,
        ...ofValue(value),
      },
    ]),
  );
}

/** Text, for which a number counts as it is written. */
const text: Schema = { type: ['string', 'number'] };

function ofValue(spec: ValueSpec): Schema {
  switch (spec.type) {
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer', minimum: spec.min, maximum: spec.max };
    case 'choice':
      return { enum: spec.values };
    case 'role':
      return { enum: spec.roles };
    case 'name':
      return {
        ...text,
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
        maxLength: 'maxLength' in spec ? spec.maxLength : 63,
      };
    case 'size':
      return {
        type: ['string', 'integer'],
        pattern: '^(0+(\\.0+)?|\\d+(\\.\\d+)?\\s*(B|[kKMGTPE]B|[KMGTPE]iB))$',
        minimum: 0,
        maximum: 0,
      };
    case 'duration':
      return { type: 'string', pattern: '^\\d+(\\.\\d+)?\\s*(ms|s|m|h|d)$' };
    case 'percent':
      return { type: 'string', pattern: '^\\d+(\\.\\d+)?\\s*%$' };
    case 'encoding':
      return { type: 'string', pattern: '^\\d{1,2}\\+\\d{1,2}$' };
    case 'addressWithPrefix':
      return { type: 'string', pattern: '/\\d{1,3}$' };
    case 'pattern':
      // A schema knows no flags.
      return spec.pattern.flags === '' ? { ...text, pattern: spec.pattern.source } : text;
    case 'text':
    case 'address':
    case 'nodeName':
      return text;
    case 'time':
      return { type: 'string' };
    case 'list':
      return { type: 'array', items: ofValue(spec.item), ...(spec.nonEmpty ? { minItems: 1 } : {}) };
    case 'map':
      return ofMap(spec);
    case 'parameters':
      return { type: 'object', properties: properties(spec.known) };
    case 'either':
      return { anyOf: spec.of.map(ofValue) };
  }
}
