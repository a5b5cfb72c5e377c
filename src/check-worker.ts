import { parentPort } from 'node:worker_threads';
import { IncrementalParser } from './cluster/incremental';
import { pack, type Answer, type Part, type Question } from './editor/check-crossing';
import { judge } from './rules/check';
import { checkedSystems } from './systems/checked';

/** Checks large cluster files in a thread of its own: one at a time, and tells the result part by part. */
const specs = checkedSystems.map(({ spec }) => spec);
let parser = new IncrementalParser(specs);
let parsed: ReturnType<IncrementalParser['parse']> | undefined;
let parts: Iterator<Part> | undefined;

parentPort?.on('message', (question: Question) => {
  switch (question.type) {
    case 'check': {
      parser = new IncrementalParser(specs);
      parsed = parser.parse(question.text);
      const names = parsed.documents.flatMap(({ draft }) => draft.name?.value ?? []);
      tell({ type: 'names', names });
      break;
    }
    case 'judge': {
      if (!parsed) break;
      const { observed } = question;
      const checked = judge(parsed, checkedSystems, (name) => observed.get(name));
      parts = pack({ checked, kept: parser.kept });
      tell({ type: 'part', part: nextPart() });
      break;
    }
    case 'next':
      tell({ type: 'part', part: nextPart() });
  }
});

function nextPart(): Part | undefined {
  const next = parts?.next();
  if (next && !next.done) return next.value;
  // Nothing is held between two files.
  parsed = undefined;
  parts = undefined;
  parser = new IncrementalParser(specs);
  return undefined;
}

function tell(answer: Answer): void {
  parentPort?.postMessage(answer);
}
