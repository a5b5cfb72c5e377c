import type { Located } from '../../../cluster/place';
import { samePath } from '../../../rules/disks';
import { finding } from '../../../rules/finding';
import type { Rule } from '../../../rules/rule';
import { servers, targets, type TargetDraft } from './targets';

const kinds = [
  { key: 'drbd', words: 'the DRBD resource' },
  { key: 'device', words: 'the device' },
  { key: 'mountPoint', words: 'the mount point' },
] as const;

/** `drbd-reused`: two targets that may run on one node use one resource, device or mount point. */
export const drbdReused: Rule = (draft) => {
  const seen = new Map<string, { readonly target: TargetDraft; readonly value: Located<string> }>();
  return targets(draft).flatMap((target) => {
    const nodes = [...new Set(servers(target).map(({ value }) => value))];
    return kinds.flatMap(({ key, words }) => {
      const value = target[key];
      if (!value) return [];
      const keys = nodes.map((node) => ({ node, key: JSON.stringify([node, key, samePath(value.value)]) }));
      const taken = keys.find((one) => seen.has(one.key));
      const first = taken && seen.get(taken.key);
      for (const one of keys) if (!seen.has(one.key)) seen.set(one.key, { target, value });
      if (!first) return [];
      const [own, other] = [target.name ?? 'this target', first.target.name ?? 'another target'];
      return [
        finding(
          'drbd-reused',
          'error',
          value.range,
          `${own} uses ${words} ${value.value}, and so does ${other}, which ${taken.node} serves too: they would write over each other. Give ${own} another.`,
          { related: [{ range: first.value.range, message: `${other} uses it.` }] },
        ),
      ];
    });
  });
};
