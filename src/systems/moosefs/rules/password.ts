import { scalarAt } from '../../../cluster/read';
import { finding } from '../../../rules/finding';
import type { Rule } from '../../../rules/rule';

/** The password of the document that everybody copies, "Howto Build Automatic Failover With Ucarp". */
const published = 'secret';

/** `ucarp-password-in-file`: ucarp's password is in a file that others read. Never says which it is. */
export const passwordInFile: Rule = (draft) => {
  const password = scalarAt(draft.section, 'advertisementPassword', 'string');
  if (!password || password.value === 'from-file') return [];
  const isPublished = password.value === published;
  const why = isPublished
    ? "is the one that the howto publishes: whoever knows it can take the master's address"
    : "is in the cluster file: whoever reads it can take the master's address";
  return [
    finding(
      'ucarp-password-in-file',
      isPublished ? 'error' : 'warning',
      password.range,
      `ucarp's password ${why}. Change it on the candidates, keep it in a file there (passwordFile), and write from-file here.`,
      {
        fixes: [{ title: 'Change to from-file', edits: [{ range: password.range, newText: 'from-file' }] }],
      },
    ),
  ];
};
