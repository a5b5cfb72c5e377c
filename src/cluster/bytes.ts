/** The text of a cluster file as far as it can be read. */
export interface DecodedText {
  readonly text: string;
  /** What stands right after `text` and cannot be read. */
  readonly unreadable?: string;
}

/** Longer files are not cluster files, and reading them would keep the editor waiting. */
export const maxLength = 8 * 1024 * 1024;

/**
 * Decodes UTF-8, skips a byte order mark, and stops at the first thing that is no text: a byte that is
 * not UTF-8, a NUL, or the end of what anybody would write by hand. Never throws.
 */
export function decodeText(input: string | Uint8Array): DecodedText {
  const whole = typeof input === 'string' ? { text: input } : decodeBytes(input);
  const text = whole.text.startsWith('\uFEFF') ? whole.text.slice(1) : whole.text;
  const nul = text.indexOf('\0');
  if (nul !== -1 && nul < maxLength) {
    return {
      text: text.slice(0, nul),
      unreadable: 'A NUL byte: this is not a text file, or it was damaged. Restore it or delete the byte.',
    };
  }
  if (text.length > maxLength) {
    return {
      text: text.slice(0, maxLength),
      unreadable: `The file is longer than ${maxLength / 1024 / 1024} MiB; nothing after this place is read.`,
    };
  }
  return { ...whole, text };
}

function decodeBytes(bytes: Uint8Array): DecodedText {
  const bad = firstBadByte(bytes);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, bad));
  if (bad === bytes.length) return { text };
  const byte = (bytes[bad] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return { text, unreadable: `The byte 0x${byte} is not UTF-8. Save the file in the encoding UTF-8.` };
}

/** The offset of the first byte that is not well-formed UTF-8 (RFC 3629, section 4), else the length. */
function firstBadByte(bytes: Uint8Array): number {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const isGood = (from: number, to: number): boolean => {
    try {
      strict.decode(bytes.subarray(from, to));
      return true;
    } catch {
      return false;
    }
  };
  if (isGood(0, bytes.length)) return bytes.length;
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length > 1 && (at + length > bytes.length || !isGood(at, at + length))) return at;
    at += length;
  }
  return bytes.length;
}
