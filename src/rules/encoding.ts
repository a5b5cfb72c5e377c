import { finding } from './finding';
import type { Rule } from './rule';

/** `no-redundancy`: nothing may fail without loss. */
export const noRedundancy: Rule = ({ redundancy }) => {
  const pieces = redundancy?.pieces;
  if (pieces?.value.tolerance !== 0) return [];
  const remedy = redundancy?.encoding
    ? 'Use an encoding M+N with N of at least 1.'
    : 'Use 2 replicas or more.';
  const kind = redundancy?.failureDomain?.value ?? 'host';
  return [
    finding(
      'no-redundancy',
      'warning',
      pieces.range,
      `Tolerance 0: the first ${kind} that fails takes data with it. ${remedy}`,
    ),
  ];
};

/** `unlisted-encoding`: an encoding that the vendor does not name. */
export const unlistedEncoding: Rule = ({ redundancy, spec }) => {
  const encoding = redundancy?.encoding;
  const listed = spec?.redundancy?.listedEncodings ?? [];
  if (!encoding || listed.length === 0) return [];
  const text = `${encoding.value.data}+${encoding.value.parity}`;
  if (listed.includes(text)) return [];
  return [
    finding(
      'unlisted-encoding',
      'warning',
      encoding.range,
      `${text} is not among the encodings that ${spec?.title ?? 'the vendor'} lists: ${listed.join(', ')}. Use one of them.`,
    ),
  ];
};

/** `write-blocking`: every replica is needed for a write. */
export const writeBlocking: Rule = ({ redundancy }) => {
  const { minReplicas, replicas } = redundancy ?? {};
  if (!minReplicas || !replicas || replicas.value < 2 || minReplicas.value !== replicas.value) return [];
  return [
    finding(
      'write-blocking',
      'warning',
      minReplicas.range,
      `minReplicas is ${minReplicas.value}, as many as there are replicas: one failure stops writes. Lower it to ${replicas.value - 1}.`,
      {
        related: [{ range: replicas.range, message: `replicas: ${replicas.value}` }],
        fixes: [
          {
            title: `Change minReplicas to ${replicas.value - 1}`,
            edits: [{ range: minReplicas.range, newText: String(replicas.value - 1) }],
          },
        ],
      },
    ),
  ];
};
