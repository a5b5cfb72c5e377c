import type { ClusterDraft } from '../cluster/draft';
import type { Finding } from '../cluster/finding';
import type { Observed } from './observed';

/** A pure function of the cluster file and, when somebody watches the cluster, of what the nodes report. */
export type Rule = (draft: ClusterDraft, observed?: Observed) => readonly Finding[];
