// Finds what the editor says, in its sources.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';

/** The sources whose words a person sees in the editor. */
async function sources(root) {
  const files = (
    await Promise.all(
      ['src/editor', 'webview'].map(async (folder) =>
        (await readdir(path.join(root, folder), { recursive: true })).map((file) => `${folder}/${file}`),
      ),
    )
  ).flat();
  return ['src/extension.ts', ...files.filter((file) => file.endsWith('.ts'))].sort();
}

const parsed = new Map();

/** The sources' trees, read once. */
function trees(root) {
  if (!parsed.has(root)) parsed.set(root, parse(root));
  return parsed.get(root);
}

async function parse(root) {
  return Promise.all(
    (await sources(root)).map(async (file) =>
      ts.createSourceFile(file, await readFile(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true),
    ),
  );
}

const isTranslation = (node) => ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText());

/**
 * All messages that are translated, sorted, and the places of calls whose message is no literal, so that nobody
 * could collect it.
 */
export async function messages(root) {
  const found = new Set();
  const opaque = [];
  for (const tree of await trees(root)) {
    const visit = (node) => {
      if (isTranslation(node)) {
        const [message] = node.arguments;
        if (message && ts.isStringLiteralLike(message)) found.add(message.text);
        else opaque.push(placeOf(tree, node));
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return { messages: [...found].sort(), opaque };
}

/** What is no message for a person: the log and errors for code stay English, and so do names. */
function isQuiet(node) {
  if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || isTranslation(node)) return true;
  return (
    ts.isCallExpression(node) && /\b#?log\.(trace|debug|info|warn|error)$/i.test(node.expression.getText())
  );
}

/** Texts of more than one word that are not translated, each with its file. */
export async function untranslated(root) {
  const found = [];
  for (const tree of await trees(root)) {
    const visit = (node) => {
      if (isQuiet(node)) return;
      const text = wordsOf(node);
      if (text !== undefined && /[A-Za-z]{2}/.test(text) && /\S\s+\S/.test(text.trim()))
        found.push({ file: tree.fileName, text });
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return found;
}

function wordsOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  const text = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…');
  // An icon is no word.
  return text.replace(/\$\([a-z-]+\)/g, '');
}

function placeOf(tree, node) {
  return `${tree.fileName}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** The text of l10n/bundle.l10n.json. */
export async function bundle(root) {
  const { messages: all } = await messages(root);
  return `${JSON.stringify(Object.fromEntries(all.map((message) => [message, message])), undefined, 2)}\n`;
}
