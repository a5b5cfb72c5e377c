import * as vscode from 'vscode';
import { parse } from '../cluster/parse';
import { clusterToAsk } from '../discovery/address';
import type { UnaskedNode } from '../discovery/discovered';
import type { Discovery } from '../discovery/discovery';
import type { System } from '../systems/system';
import { clusterNameOf, fileNameOf, nameProblem, renamed } from './cluster-file-name';
import type { Core } from './core';
import { discoverNodes } from './discover-nodes';
import { addressOf, nameOf, nobodyAnswered, writtenText } from './discover-words';
import type { EditorSsh } from './editor-ssh';
import { commands } from './ids';
import type { Log } from './log';
import { tell } from './log';
import type { Answers } from './new-file-questions';
import { addressProblem, addressQuestion, placeOf, questionsFor } from './new-file-questions';
import { chooseFolder, openNew, takenProblem, writeExample } from './new-file-writing';
import { withoutLinks } from './plain-markdown';
import { askInTurn, back } from './questions-in-turn';
import { chooseSeveralStep, typeStep } from './quick-steps';

/** What the wizard needs of the extension. */
export interface NewFileParts {
  readonly core: Core;
  readonly ssh: EditorSsh;
  readonly log: Log;
}

/** Asks for a system and some of its nodes, asks those what they are, and writes the cluster file that says so. */
export async function newClusterFile(parts: NewFileParts): Promise<void> {
  let answers: Answers | undefined = { addresses: [], become: 'none' };
  const questions = questionsFor(parts.core.systems);
  // After a failure the person is asked for the addresses again, with those that were given as the proposal.
  for (let first = 0; ; first = addressQuestion) {
    answers = await askInTurn(answers, questions, first);
    if (!answers?.system) return;
    if (answers.way === 'example') return writeExample(answers.system.spec);
    const found = await askNodes(parts, answers.system, answers);
    if (found && (await writeFound(parts, answers.system, found))) return;
  }
}

/** Asks the nodes, and those that they speak of where the person agrees; undefined: back to the addresses. */
async function askNodes(
  { ssh, log }: NewFileParts,
  system: System,
  { addresses, become }: Answers,
): Promise<Discovery | undefined> {
  let asked = addresses;
  for (;;) {
    const cluster = clusterToAsk(system.spec, asked, { become });
    const found = await discoverNodes(system, cluster, log, async (signal) => {
      const connections = await ssh.open(cluster, () => !signal.aborted);
      return { connections, close: () => connections.dispose() };
    });
    if (!found) return undefined;
    if (!found.nodes.some(({ answered }) => answered)) {
      void tell(log, nobodyAnswered(found.nodes));
      return undefined;
    }
    const more = await chooseUnasked(found.live.unasked, asked, system);
    if (more.length === 0) return found;
    asked = [...asked, ...more];
  }
}

/** Addresses out of those that nodes told: nobody is connected to whom the person has not seen. */
async function chooseUnasked(
  unasked: readonly UnaskedNode[],
  asked: readonly string[],
  { spec }: System,
): Promise<readonly string[]> {
  const items = unasked
    .map((node) => ({
      label: nameOf(node),
      description: addressOf(node, asked),
      detail: vscode.l10n.t('{0}; {1} knows it', node.roles.join(', '), node.knownBy),
    }))
    .filter(({ description }) => addressProblem(spec, [description]) === undefined);
  if (items.length === 0) return [];
  const chosen = await chooseSeveralStep(
    placeOf(4, false),
    vscode.l10n.t('Other nodes that these know: which should be asked, too?'),
    items,
  );
  if (chosen === undefined || chosen === back) return [];
  return chosen.map(({ description }) => description);
}

/** Asks for the name, writes and opens the file; false: back to the addresses. */
async function writeFound({ core }: NewFileParts, system: System, found: Discovery): Promise<boolean> {
  const file = parse(
    found.text,
    core.systems.map(({ spec }) => spec),
  );
  const folder = await chooseFolder();
  const value = clusterNameOf(file) ?? system.spec.id;
  const name = await typeStep(
    placeOf(5, true),
    {
      prompt: folder
        ? vscode.l10n.t('The cluster’s name. Its file becomes NAME.cluster.yaml in {0}.', folder.name)
        : vscode.l10n.t('The cluster’s name. Its file becomes NAME.cluster.yaml.'),
      placeholder: value,
      value,
    },
    async (text) => nameProblem(text) ?? (folder && (await takenProblem(folder.uri, text))),
  );
  if (name === back) return false;
  // What took a while to find out is not thrown away: it opens unsaved.
  const saved = name === undefined ? undefined : folder;
  const text = renamed(found.text, file, name ?? value);
  const uri = await openNew(saved?.uri, name ?? value, text);
  void offerConnect(uri, name ?? value, writtenText(fileNameOf(name ?? value), found));
  return true;
}

async function offerConnect(uri: vscode.Uri, name: string, message: string): Promise<void> {
  const connect = vscode.l10n.t('Connect');
  // An unsaved file is not watched.
  const remedies = uri.scheme === 'untitled' ? [] : [connect];
  const chosen = await vscode.window.showInformationMessage(withoutLinks(message), ...remedies);
  if (chosen === connect) await vscode.commands.executeCommand(commands.connect, `${uri.toString()}#${name}`);
}
