import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { Reading } from './grammar';

const label = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** Reads a host name or an IPv4 or IPv6 literal (an IPv6 zone is allowed, brackets are not). */
export function readAddress(text: string): Reading<string> {
  if (text.length <= 300 && isIP(text) !== 0) return { value: text };
  const inner = /^\[(.*)\]$/.exec(text)?.[1];
  if (inner !== undefined && isIPv6(inner)) {
    return { problem: 'An address is written without brackets.', suggestions: [inner], safe: true };
  }
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  const labels = text.replace(/\.$/, '').split('.');
  if (text.length > 254 || !labels.every((part) => label.test(part))) {
    return { problem: `'${shown}' is neither a host name nor an IPv4 or IPv6 address.` };
  }
  if (/^\d+$/.test(labels.at(-1) ?? '')) {
    return { problem: `'${shown}' is not a valid IPv4 address, and a host name does not end in a number.` };
  }
  return { value: text };
}

/** One text for all ways to write an address: lower case, IPv6 as in RFC 5952. For comparing only. */
export function normalAddress(address: string): string {
  if (!isIPv6(address)) return address.toLowerCase().replace(/\.$/, '');
  const [literal = '', zone] = address.split('%');
  const normal = new URL(`http://[${literal}]/`).hostname.slice(1, -1);
  return zone === undefined ? normal : `${normal}%${zone}`;
}

/** Reads an address with its prefix, such as `172.16.0.99/16`. */
export function readAddressWithPrefix(text: string): Reading<string> {
  const [address = '', prefix, ...more] = text.split('/');
  const family = address.length <= 100 && !address.includes('%') ? isIP(address) : 0;
  if (family === 0 || more.length > 0) {
    return {
      problem: `'${text.slice(0, 60)}' is not an IP address with its prefix, such as 172.16.0.99/16.`,
    };
  }
  if (prefix === undefined) {
    return {
      problem: `${address} needs its prefix: ${address}/${isIPv4(address) ? '24' : '64'}, for example.`,
    };
  }
  const most = family === 4 ? 32 : 128;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > most) {
    return {
      problem: `The prefix of an IPv${family} address is a number from 0 to ${most}, not '${prefix.slice(0, 20)}'.`,
    };
  }
  return { value: text };
}
