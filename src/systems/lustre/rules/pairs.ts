import type { Finding } from '../../../cluster/finding';
import { finding } from '../../../rules/finding';
import type { Rule } from '../../../rules/rule';
import { kindOf, servers, targets } from './targets';

/** `same-node-pair`: a pair that is one node is none. */
export const sameNodePair: Rule = (draft) =>
  targets(draft).flatMap(({ name, primary, secondary }) =>
    primary && secondary && primary.value === secondary.value
      ? [
          finding(
            'same-node-pair',
            'error',
            secondary.range,
            `${secondary.value} is both primary and secondary of ${name ?? 'this target'}: when it fails, nobody takes over. Name another node.`,
            { related: [{ range: primary.range, message: `primary: ${primary.value}` }] },
          ),
        ]
      : [],
  );

/** `target-unpaired`: nobody takes the target over. */
export const targetUnpaired: Rule = (draft) =>
  targets(draft)
    .filter(({ hasNoSecondary }) => hasNoSecondary)
    .map(({ name, range, primary }) =>
      finding(
        'target-unpaired',
        'warning',
        range,
        `${name ?? 'This target'} has no secondary: while ${primary?.value ?? 'its primary'} is down, what is on it cannot be reached. Write secondary: and the node that takes over.`,
      ),
    );

/** `same-rack-pair`: one rack takes both nodes of a pair. */
export const sameRackPair: Rule = (draft) => {
  const racks = new Map(draft.nodes.flatMap(({ name, rack }) => (name && rack ? [[name.value, rack]] : [])));
  return targets(draft).flatMap(({ name, range, primary, secondary }): Finding[] => {
    if (!primary || !secondary || primary.value === secondary.value) return [];
    const [own, other] = [racks.get(primary.value), racks.get(secondary.value)];
    if (!own || own.value !== other?.value) return [];
    return [
      finding(
        'same-rack-pair',
        'information',
        range,
        `${primary.value} and ${secondary.value} are both in rack ${own.value}: a rack without power or network takes ${name ?? 'this target'} with it. Pair nodes of two racks.`,
        {
          related: [
            { range: own.range, message: `The rack of ${primary.value}.` },
            { range: other.range, message: `The rack of ${secondary.value}.` },
          ],
        },
      ),
    ];
  });
};

/** `shared-metadata-server`: one failure takes metadata and data. One finding per OST and node. */
export const sharedMetadataServer: Rule = (draft) => {
  const all = targets(draft);
  const metadata = new Map(
    all
      .filter((target) => kindOf(target) === 'MGT' || kindOf(target) === 'MDT')
      .flatMap((target) => servers(target).map((server) => ({ server, target: target.name ?? '' })))
      .reverse() // the first target of a node wins
      .map((one) => [one.server.value, one]),
  );
  return all
    .filter((target) => kindOf(target) === 'OST')
    .flatMap((target) => {
      const once = new Map(
        servers(target)
          .toReversed()
          .map((server) => [server.value, server]),
      );
      return [...once.values()].flatMap((server) => {
        const other = metadata.get(server.value);
        if (!other) return [];
        return [
          finding(
            'shared-metadata-server',
            'warning',
            server.range,
            `${server.value} serves ${target.name ?? 'this OST'} and ${other.target}: one failure takes both. Serve OSTs from other nodes than the MGT and the MDTs.`,
            {
              related: [
                { range: other.server.range, message: `${server.value} serves ${other.target} too.` },
              ],
            },
          ),
        ];
      });
    });
};
