import { isMap, isScalar, isSeq, type Scalar } from 'yaml';
import { readAddress, readAddressWithPrefix } from './address';
import { readDuration } from './duration';
import type { Reading } from './grammar';
import { readEncoding, readName, readTime } from './name';
import { nearMiss, sameWord } from './near';
import { readPercent } from './percent';
import { readSize } from './size';
import type { ValueSpec } from './spec';
import type { YamlNode } from './yaml';

/** A spec of one scalar value. */
export type ScalarSpec = Exclude<ValueSpec, { type: 'list' | 'map' | 'parameters' | 'either' }>;

/** Reads a scalar by its spec; pure. The code of a problem is `bad-value` unless it says otherwise. */
export function readScalar(node: YamlNode, spec: ScalarSpec): Reading<string | number | bigint | boolean> {
  if (!isScalar(node))
    return { problem: `${expectation(spec)} belongs here, not a ${isSeq(node) ? 'list' : 'map'}.` };
  if (spec.type === 'boolean') return readBoolean(node);
  if (spec.type === 'integer') return readInteger(node, spec.min, spec.max);
  const text = textOf(node);
  if (text === undefined) {
    const isNull = node.value === null;
    return {
      problem: `${expectation(spec)} belongs here, not ${isNull ? 'nothing' : String(node.value)}.`,
      ...(isNull ? {} : { suggestions: [`'${node.source}'`] }),
    };
  }
  return readText(text, spec);
}

function readText(
  text: string,
  spec: Exclude<ScalarSpec, { type: 'boolean' | 'integer' }>,
): Reading<string | number | bigint> {
  switch (spec.type) {
    case 'text':
    case 'nodeName':
      return readPlainText(text);
    case 'name':
      return readName(text, 'maxLength' in spec ? spec.maxLength : undefined);
    case 'address':
      return readAddress(text);
    case 'addressWithPrefix':
      return readAddressWithPrefix(text);
    case 'size':
      return readSize(text);
    case 'duration':
      return readDuration(text);
    case 'percent':
      return readPercent(text);
    case 'time':
      return readTime(text);
    case 'encoding':
      return readEncoding(text);
    case 'choice':
      return readChoice(text, spec.values);
    case 'role':
      return readChoice(text, spec.roles);
    case 'pattern':
      return spec.pattern.test(text) && text.length <= 4096
        ? { value: text }
        : { problem: `'${text.slice(0, 60)}' is not ${spec.expected}.` };
  }
}

/** The text of a scalar; numbers count as they are written. Null and booleans have none. */
function textOf(node: Scalar.Parsed): string | undefined {
  const value: unknown = node.value;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? node.source : undefined;
}

function readBoolean(node: Scalar.Parsed): Reading<boolean> {
  if (typeof node.value === 'boolean') return { value: node.value };
  const text = node.source.toLowerCase();
  const meant = ['true', 'yes', 'on'].includes(text)
    ? 'true'
    : ['false', 'no', 'off'].includes(text)
      ? 'false'
      : undefined;
  return {
    problem: `true or false belongs here, not ${node.source === '' ? 'nothing' : `'${node.source.slice(0, 40)}'`}.`,
    ...(meant ? { suggestions: [meant] } : {}),
  };
}

function readInteger(node: Scalar.Parsed, min: number, max: number): Reading<number> {
  const value: unknown = node.value;
  const isWhole =
    (typeof value === 'number' || typeof value === 'bigint') &&
    /^[-+]?\d+$|^0x[0-9a-f]+$|^0o[0-7]+$/i.test(node.source);
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  if (!isWhole) {
    const isQuoted = typeof value === 'string' && /^\d{1,15}$/.test(value);
    const shown = node.source === '' ? 'nothing' : `'${node.source.slice(0, 40)}'`;
    return {
      problem: `A whole number ${range} belongs here, not ${shown}${isQuoted ? ' in quotes' : ''}.`,
      ...(isQuoted ? { suggestions: [value] } : {}),
    };
  }
  const number = Number(value);
  if (number >= min && number <= max) return { value: number };
  return { problem: `${node.source.slice(0, 40)} is out of range: a whole number ${range} belongs here.` };
}

function readChoice(text: string, values: readonly string[]): Reading<string> {
  if (values.includes(text)) return { value: text };
  const meant = nearMiss(text, values);
  return {
    problem: `'${text.slice(0, 60)}' is not one of ${values.join(', ')}.${meant ? ` Did you mean ${meant}?` : ''}`,
    ...(meant ? { suggestions: [meant], safe: sameWord(text, meant) } : {}),
  };
}

function readPlainText(text: string): Reading<string> {
  if (text.trim() === '') return { problem: 'A text belongs here, not an empty one.' };
  // Such characters have no place in a path or a command, and would garble a terminal.

  if (/[\u0000-\u001F\u007F]/.test(text))
    return { problem: 'A text in one line without control characters belongs here.' };
  return { value: text };
}

/** What belongs in a place, as the beginning of a sentence. */
export function expectation(spec: ValueSpec): string {
  switch (spec.type) {
    case 'text':
      return 'A text';
    case 'name':
      return 'A name';
    case 'nodeName':
      return 'The name of a node';
    case 'address':
      return 'A host name or an IP address';
    case 'addressWithPrefix':
      return 'An IP address with its prefix';
    case 'size':
      return 'A size such as 10TB';
    case 'duration':
      return 'A duration such as 15s';
    case 'percent':
      return 'A percentage such as 5%';
    case 'boolean':
      return 'true or false';
    case 'time':
      return 'A time such as 2026-11-21T20:00:00Z';
    case 'integer':
      return 'A whole number';
    case 'encoding':
      return 'An encoding such as 5+2';
    case 'choice':
      return `One of ${spec.values.join(', ')}`;
    case 'role':
      return `One of the roles ${spec.roles.join(', ')}`;
    case 'pattern':
      return capital(spec.expected);
    case 'list':
      return 'A list';
    case 'map':
    case 'parameters':
      return 'A map of keys and values';
    case 'either':
      return spec.of
        .map((one, index) => (index ? uncapital(expectation(one)) : expectation(one)))
        .join(', or ');
  }
}

function uncapital(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whether a node has the kind (scalar, list, map) that a spec asks for. */
export function fitsKind(node: YamlNode, spec: ValueSpec): boolean {
  if (spec.type === 'either') return spec.of.some((one) => fitsKind(node, one));
  if (spec.type === 'list') return isSeq(node);
  if (spec.type === 'map' || spec.type === 'parameters') return isMap(node);
  if (!isScalar(node)) return false;
  if (spec.type === 'boolean') return typeof node.value === 'boolean';
  return node.value !== null;
}
