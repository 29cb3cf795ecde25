/** The names of all texts and what each is filled in with, as a type: `src/ui/texts/keys.ts`. */

import { fileURLToPath } from "node:url";
import { Message, VariableReference, Visitor } from "@fluent/syntax";

import { catalogue, namesIn } from "./catalogue.ts";

const SOURCES = fileURLToPath(new URL("../src", import.meta.url));
/** Texts that whoever is behind the page chooses. */
const CHOSEN = /^(?:system|error)-/u;
const HEAD = `/** Generated from the catalogue by tests/ui/texts/keys.test.ts; never edited. */

/** Every text that a client may show, and the names of what is filled in. */
export interface Arguments {
`;

class Variables extends Visitor {
  readonly names = new Set<string>();

  override visitVariableReference(node: VariableReference): void {
    this.names.add(node.id.name);
  }
}

function variables(message: Message): readonly string[] {
  const seen = new Variables();
  seen.visit(message);
  return [...seen.names].sort();
}

/** The source of the type: what the sources name, and what the core may choose. */
export function keys(): string {
  const named = namesIn([SOURCES]);
  const fields = catalogue("en")
    .filter(({ id: { name } }) => CHOSEN.test(name) || named(name))
    .map((message) => {
      const filled = variables(message).map((name) => JSON.stringify(name));
      return `  readonly ${JSON.stringify(message.id.name)}: ${filled.join(" | ") || "never"};\n`;
    });
  return `${HEAD}${fields.join("")}}\n`;
}
