import { finding } from '../../../rules/finding';
import type { Rule } from '../../../rules/rule';
import { writeRate } from '../probes-combine';
import { lustreFacts, writesOf } from '../probes-facts';
import { valueOf } from '../reader-parts';
import { serversOf } from '../section';
import { sizeText } from '../view-words';
import { liveTargets } from './live-targets';

/** `two-primaries`, live: two nodes may write to one target. */
export const twoPrimaries: Rule = (draft, observed) =>
  liveTargets(draft, observed).flatMap(({ draft: { name, range }, view: { mounted, primaries, target } }) => {
    const writers = serversOf(target).filter((node) => mounted.includes(node) || primaries.includes(node));
    if (writers.length < 2) return [];
    const how = (node: string) => `${node} (${mounted.includes(node) ? 'mounted' : 'Primary, not mounted'})`;
    return [
      finding(
        'two-primaries',
        'error',
        range,
        `${writers.map(how).join(' and ')} hold ${name} at once: each may write what the other never gets. Unmount it on one of them and make that one Secondary, by hand and now; then look for a split brain.`,
      ),
    ];
  });

/** `split-brain`, live: the two copies went on by themselves. Two primaries at this moment are said as that. */
export const splitBrain: Rule = (draft, observed) =>
  liveTargets(draft, observed).flatMap(({ draft: { name, drbd, range }, view: { mirror, primaries } }) => {
    if (!mirror?.splitBrain || primaries.length > 1) return [];
    const [a, b] = mirror.sides.map(({ node, reading }) => `${node} ${reading?.connection ?? 'Down'}`);
    return [
      finding(
        'split-brain',
        'error',
        drbd?.range ?? range,
        `Split brain of ${mirror.resource} (${name}): ${a}, ${b}, and each side has writes of its own. Nothing is mirrored until one side gives up its own: the plan split-brain ${mirror.resource} shows what each would lose.`,
      ),
    ];
  });

/** `fencing-off`, live: by DRBD's own configuration, or by Pacemaker's. */
export const fencingOff: Rule = (draft, observed) => {
  if (!observed) return [];
  const mirrors = liveTargets(draft, observed).flatMap(({ draft: { drbd, name, primary, secondary } }) => {
    if (!drbd) return [];
    const off = [primary?.value, secondary?.value].filter(
      (node) =>
        node !== undefined &&
        valueOf(lustreFacts(factsOf(node)).options)?.find(({ resource }) => resource === drbd.value)
          ?.fencing === 'dont-care',
    );
    if (off.length === 0) return [];
    return [
      finding(
        'fencing-off',
        'warning',
        drbd.range,
        `DRBD does not fence ${drbd.value} (fencing dont-care on ${off.join(' and ')}): when the link breaks, both nodes may promote ${name ?? 'the target'} without a word. Set fencing to resource-only or resource-and-stonith, with a handler.`,
      ),
    ];
  });
  const managers = draft.nodes.flatMap(({ name, range }) => {
    const manager = name && valueOf(lustreFacts(factsOf(name.value)).ha?.pacemaker);
    if (manager?.fencing !== false) return [];
    return [
      finding(
        'fencing-off',
        'warning',
        range,
        `Pacemaker on ${name?.value} runs without fencing (stonith-enabled=false): a node that it cannot reach may still have its targets mounted. Configure a fence device.`,
      ),
    ];
  });
  return [...mirrors, ...managers];

  function factsOf(node: string) {
    return { facts: observed?.facts.get(node) ?? {} };
  }
};

/** `slow-resync`, live: clients write faster than the resync goes. */
export const slowResync: Rule = (draft, observed) => {
  const written = writesOf(observed?.cluster?.facts);
  return liveTargets(draft, observed).flatMap(({ draft: { drbd, name }, view: { mirror } }) => {
    const sync = mirror?.sides.find(({ reading }) => reading?.replication === 'SyncSource')?.reading;
    const speed = mirror?.sides.flatMap(({ reading }) => reading?.sync?.speed ?? []).at(0);
    if (!drbd || name === undefined || !sync || speed === undefined) return [];
    const points = Object.hasOwn(written, name) ? written[name] : undefined;
    const rate = points && writeRate(points);
    if (rate === undefined || speed >= rate) return [];
    return [
      finding(
        'slow-resync',
        'warning',
        drbd.range,
        `The resync of ${drbd.value} goes at ${sizeText(speed)} a second, while ${sizeText(rate)} a second are written to ${name}: until it is through, one copy alone is good. Raise c-min-rate and c-max-rate (resync-rate on old configurations), or write less.`,
      ),
    ];
  });
};
