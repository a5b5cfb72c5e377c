import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { commands, contextKeys } from '../../../src/editor/ids';
import { rawManifest, translatedManifest } from './translated-manifest';

interface Step {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly contributes: {
    readonly walkthroughs: readonly { readonly id: string; readonly steps: readonly Step[] }[];
    readonly viewsWelcome: readonly { readonly when: string; readonly contents: string }[];
  };
}

const root = new URL('../../../', import.meta.url);
const { publisher, name } = rawManifest as Manifest;
const { walkthroughs, viewsWelcome } = (translatedManifest as Manifest).contributes;
const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);
const ours = new Set<string>(Object.values(commands));

/** The commands that the links of a text run. */
function linked(text: string): string[] {
  return [...text.matchAll(/\]\(command:([\w.]+)/g)].map(([, command = '']) => command);
}

describe('The walkthrough', () => {
  it('leads from the demo over a failover to the first plan of an own cluster', () => {
    assert.deepEqual(
      steps.map(({ id }) => id),
      ['demo', 'break', 'failover', 'file', 'connect', 'plan'],
    );
  });

  it('has a button for each step, and every one runs a command that exists', () => {
    for (const { id, description } of steps) {
      const found = linked(description);
      assert.ok(found.length > 0, id);
      for (const command of found) assert.ok(ours.has(command), `${id}: ${command}`);
    }
  });

  it('ticks a step by what really happens: a command of ours, or a context key that is set', () => {
    const keys = new Set<string>(Object.values(contextKeys));
    for (const { id, completionEvents } of steps) {
      assert.ok(completionEvents.length > 0, id);
      for (const event of completionEvents) {
        const [, kind, what = ''] = /^(onCommand|onContext):(.+)$/.exec(event) ?? [];
        assert.ok(kind === 'onCommand' ? ours.has(what) : keys.has(what), `${id}: ${event}`);
      }
    }
  });

  it('shows pictures in the colours of the theme alone, with words for those who cannot see them', () => {
    for (const { id, media } of steps) {
      const svg = readFileSync(new URL(media.svg, root), 'utf8');
      for (const [, colour = ''] of svg.matchAll(/(?:fill|stroke)="([^"]+)"/g))
        assert.match(colour, /^(none|var\(--vscode-.+\))$/, `${id}: ${colour}`);
      // The page that shows it allows no styles of others.
      assert.doesNotMatch(svg, /style=|<style|<script|href/, id);
      assert.ok(media.altText.length > 20, id);
    }
  });
});

describe('The welcome of the tree', () => {
  const [first] = viewsWelcome;

  it('offers the demo, a cluster file and the walkthrough to people without a cluster file', () => {
    assert.equal(first?.when, `!${contextKeys.hasClusterFile}`);
    const found = linked(first.contents);
    assert.ok(found.includes(commands.newClusterFile));
    assert.ok(found.includes(commands.openDemo));
    const opened = /workbench\.action\.openWalkthrough\?([^)]+)/.exec(first.contents)?.[1] ?? '';
    assert.equal(JSON.parse(decodeURIComponent(opened)), `${publisher}.${name}#${walkthroughs[0]?.id ?? ''}`);
  });
});
