// Lint rules, and the zones: imports run one way, protocol → live | api → charts → features → app.
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

function zone(folder, ...forbidden) {
  const patterns = forbidden.map((name) => ({
    group: [`**/${name}/**`],
    message: `${folder}/ must not import from ${name}/.`,
  }))
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  }
}

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/'] },
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-console': ['error', { allow: ['warn', 'error'] }],
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'max-lines': ['error', { max: 240, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.test.{ts,tsx}'],
    rules: { 'max-lines': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
  zone('protocol', 'testing', 'live', 'api', 'charts', 'components', 'features', 'app'),
  zone('live', 'api', 'charts', 'components', 'features', 'app'),
  zone('api', 'live', 'charts', 'components', 'features', 'app'),
  zone('components', 'live', 'api', 'charts', 'features', 'app'),
  zone('charts', 'api', 'features', 'app'),
  zone('features', 'app'),
  zone('features/sign-in', 'devices', 'metrics', 'app'),
)
