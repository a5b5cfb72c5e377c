/**
 * Sets `$v` to what runs vinfra on this node, or to nothing. vinfra wants a password. It is never in the cluster
 * file and never on a command line: either the environment of the node's login has VINFRA_PASSWORD, or there is a
 * program `standby-vinfra` in the PATH, which sets it from wherever the node keeps it and runs `vinfra "$@"`.
 */
export const findVinfra = `v=
if command -v standby-vinfra >/dev/null 2>&1; then v=standby-vinfra
elif [ -n "\${VINFRA_PASSWORD:-}" ] && command -v vinfra >/dev/null 2>&1; then v=vinfra
fi`;
