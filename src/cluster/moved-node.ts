import type { NodeDraft } from './draft';
import { shifted } from './shift';

/** All keys of a node: the compiler says when one is missing here. */
const keys: Readonly<Record<keyof NodeDraft, true>> = {
  range: true,
  name: true,
  address: true,
  roles: true,
  hasAllRoles: true,
  ssh: true,
  disks: true,
  hasAllDisks: true,
  maintenance: true,
  console: true,
  rack: true,
  row: true,
  room: true,
  written: true,
};

/** A node that has moved since it was read: each part is worked out when somebody asks for it, which few do. */
class MovedNode {
  readonly #parts = new Map<keyof NodeDraft, unknown>();

  constructor(
    readonly asRead: NodeDraft,
    readonly by: number,
  ) {}

  part(key: keyof NodeDraft): unknown {
    if (!this.#parts.has(key)) this.#parts.set(key, shifted(this.asRead[key], this.by));
    return this.#parts.get(key);
  }
}

for (const key of Object.keys(keys) as (keyof NodeDraft)[]) {
  Object.defineProperty(MovedNode.prototype, key, {
    get(this: MovedNode) {
      return this.part(key);
    },
  });
}

/** The node that many lines further down than where it was read. */
export function movedNode(asRead: NodeDraft, by: number): NodeDraft {
  // Its getters are those of NodeDraft, by the table above.
  return by === 0 ? asRead : (new MovedNode(asRead, by) as unknown as NodeDraft);
}

/** How many lines a node stands below where it was read. */
export function movedBy(node: NodeDraft): number {
  return node instanceof MovedNode ? node.by : 0;
}
