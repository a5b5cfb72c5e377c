import * as vscode from 'vscode';
import type { SystemSpec } from '../cluster/spec';
import { AddressProblem, clusterToAsk } from '../discovery/address';
import type { System } from '../systems/system';
import { areAllRoot, splitAddresses } from './discover-words';
import type { Question } from './questions-in-turn';
import type { Place } from './quick-steps';
import { chooseStep, typeStep } from './quick-steps';

/** What a person said about the new file so far. */
export interface Answers {
  readonly system?: System;
  readonly way?: 'ask' | 'example';
  readonly addresses: readonly string[];
  readonly become: 'none' | 'sudo';
}

/** Where a question of the wizard stands. */
export function placeOf(step: number, canGoBack: boolean): Place {
  return { title: vscode.l10n.t('New Cluster File'), step, totalSteps: 5, canGoBack };
}

/** The index of the question for addresses. */
export const addressQuestion = 2;

/** System, way, addresses, rights: everything that is asked before anything connects. */
export function questionsFor(systems: readonly System[]): readonly Question<Answers>[] {
  return [
    {
      ask: async ({ system }, canGoBack) => {
        const items = systems.map((each) => ({
          label: each.spec.title,
          description: each.spec.id,
          system: each,
        }));
        return chooseStep(
          placeOf(1, canGoBack),
          vscode.l10n.t('Which storage system does the cluster run?'),
          items,
          items.find((item) => item.system === system),
        );
      },
    },
    {
      ask: async ({ system }, canGoBack) => {
        const example = {
          label: `$(note) ${vscode.l10n.t('Write a commented example instead')}`,
          detail: vscode.l10n.t('Connects to nothing. You fill in names and addresses.'),
          way: 'example' as const,
        };
        // An untrusted workspace connects to nothing.
        if (!vscode.workspace.isTrusted || !system?.discovery) return { way: 'example' };
        const ask = {
          label: `$(search) ${vscode.l10n.t('Ask the nodes over SSH')}`,
          detail: vscode.l10n.t(
            'Finds out roles, disks and addresses. It only reads, and you see every new host key.',
          ),
          way: 'ask' as const,
        };
        return chooseStep(placeOf(2, canGoBack), vscode.l10n.t('How should the file be made?'), [
          ask,
          example,
        ]);
      },
    },
    {
      needed: ({ way }) => way !== 'example',
      ask: async ({ system, addresses }, canGoBack) => {
        const typed = await typeStep(
          placeOf(3, canGoBack),
          {
            prompt: vscode.l10n.t(
              'Addresses of nodes, with spaces or commas between them; a list can be pasted. Your SSH configuration applies.',
            ),
            placeholder: 'root@m1.example.net, root@m2.example.net:2222, root@192.0.2.13',
            value: addresses.join(' '),
          },
          (text) => Promise.resolve(system && addressProblem(system.spec, splitAddresses(text))),
        );
        return typeof typed === 'string' ? { addresses: splitAddresses(typed) } : typed;
      },
    },
    {
      needed: ({ way, addresses }) => way !== 'example' && !areAllRoot(addresses),
      ask: async ({ become }, canGoBack) => {
        const items = [
          {
            label: vscode.l10n.t('As the user who logs in'),
            detail: vscode.l10n.t('What that user may not read stays open in the file.'),
            become: 'none' as const,
          },
          {
            label: vscode.l10n.t('Through sudo'),
            detail: vscode.l10n.t('sudo -n, which asks for no password; the file says “become: sudo”, too.'),
            become: 'sudo' as const,
          },
        ];
        return chooseStep(
          placeOf(4, canGoBack),
          vscode.l10n.t('With whose rights do commands run on the nodes?'),
          items,
          items.find((item) => item.become === become),
        );
      },
    },
  ];
}

/** Why somebody cannot be asked at these addresses; undefined: nothing is wrong with them. */
export function addressProblem(spec: SystemSpec, words: readonly string[]): string | undefined {
  try {
    clusterToAsk(spec, words);
    return undefined;
  } catch (error) {
    if (error instanceof AddressProblem) return error.message;
    throw error;
  }
}
