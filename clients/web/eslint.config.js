import svelte from "eslint-plugin-svelte";
import tseslint from "typescript-eslint";

const RULES = {
  eqeqeq: "error",
  "no-console": "error",
  "@typescript-eslint/naming-convention": [
    "error",
    { selector: "typeLike", format: ["PascalCase"] },
    { selector: "function", format: ["camelCase", "PascalCase"] },
    {
      selector: "parameter",
      format: ["camelCase"],
      leadingUnderscore: "allow",
      trailingUnderscore: "allow",
    },
    // Fields are spelt as the RFC spells them.
    { selector: "parameter", modifiers: ["destructured"], format: null },
  ],
  "@typescript-eslint/no-non-null-assertion": "error",
  "@typescript-eslint/prefer-readonly": "error",
  "@typescript-eslint/restrict-template-expressions": [
    "error",
    { allowNumber: true, allowBoolean: false, allowAny: false, allowNullish: false },
  ],
  "@typescript-eslint/switch-exhaustiveness-check": "error",
};

export default tseslint.config(
  { ignores: ["node_modules", "dist", "src/ui/texts/keys.ts"] },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, extraFileExtensions: [".svelte"] },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: RULES,
  },
  {
    files: ["**/*.svelte"],
    extends: [
      ...tseslint.configs.strict,
      ...tseslint.configs.stylistic,
      ...svelte.configs.recommended,
    ],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "prefer-const": "off", // $props() are let together if one of them is bound
      "svelte/no-navigation-without-resolve": "off", // SvelteKit's
      "svelte/no-at-html-tags": "error",
    },
  },
  {
    // The core runs wherever there is WebCrypto: no page, no Node.
    files: ["src/**"],
    rules: {
      "no-restricted-globals": ["error", "window", "document", "self", "Buffer", "process"],
      "no-restricted-imports": ["error", { patterns: ["node:*"] }],
    },
  },
  {
    // A service worker has no page either; `self` is what it is.
    files: ["src/service/**"],
    rules: { "no-restricted-globals": ["error", "window", "document", "Buffer", "process"] },
  },
  {
    // The page knows the core by its values alone: whatever decides lives in the worker.
    files: ["src/ui/**"],
    rules: {
      "no-restricted-globals": ["error", "Buffer", "process", "fetch", "WebSocket", "indexedDB"],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            "node:*",
            "**/mls/**",
            "**/transparency/**",
            "**/content/**",
            "**/identity/**",
            "**/wire/**",
            "**/engine/**",
            "**/store/**",
            "**/client/**",
          ],
        },
      ],
    },
  },
);
