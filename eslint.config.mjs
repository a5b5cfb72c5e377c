import tseslint from 'typescript-eslint';

/**
 * The order of the house: a folder may import the folders named for it, and itself.
 * Imports run extension → editor and cli → systems → failover, rebuild, heartbeat, rules, discovery → ssh → cluster.
 */
const mayImport = {
  cluster: [],
  ssh: ['cluster'],
  rules: ['cluster', 'ssh'],
  discovery: ['cluster', 'ssh'],
  rebuild: ['cluster', 'ssh', 'rules'],
  heartbeat: ['cluster', 'ssh', 'rules', 'rebuild'],
  failover: ['cluster', 'ssh', 'heartbeat', 'rules', 'rebuild'],
  demo: ['cluster', 'ssh', 'heartbeat', 'rules', 'rebuild', 'failover', 'discovery'],
  systems: ['cluster', 'ssh', 'heartbeat', 'rules', 'rebuild', 'failover', 'discovery', 'demo'],
};
const folders = [...Object.keys(mayImport), 'editor'];

const layer = ([folder, allowed]) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: [{ name: 'vscode', message: 'The core runs without an editor.' }],
        patterns: [
          {
            regex: `^(\\.\\./)+(${[...folders.filter((f) => f !== folder && !allowed.includes(f)), 'extension$', 'cli$'].join('|')})(/|$)`,
            message: `src/${folder} may import only: ${[folder, ...allowed].join(', ')}.`,
          },
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist', 'out', 'coverage', '.standby', 'test/host/.host', 'test/fixtures', 'node_modules'] },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file itself.' },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  ...Object.entries(mayImport).map(layer),
  {
    files: ['src/cli.ts', 'src/cli/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'vscode', message: 'The command line runs without an editor.' }],
          patterns: [
            { regex: '/editor/|/extension$', message: 'The command line does not import the editor.' },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'error', 'no-console': 'off' },
  },
);
