/**
 * The one policy by which the page may load scripts by address: the core's worker and the service
 * worker, both of this server (docs/security/threat-model.md). A page may make it once.
 */

interface Policy {
  createScriptURL(address: string): string;
}

interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

const NAME = "teamchat-worker";
const OURS = /^\/(?:assets\/[\w.-]+\.js|sw\.js)$/u;

const rules: Policy = {
  createScriptURL: (address) => {
    const { origin, pathname } = new URL(address, location.href);
    if (origin === location.origin && OURS.test(pathname)) return address;
    throw new TypeError("this address is no script of the client");
  },
};

const { trustedTypes } = globalThis as { readonly trustedTypes?: Factory };
/** Where the browser knows no such policies the rules hold all the same. */
const policy = trustedTypes?.createPolicy(NAME, rules) ?? rules;

/**
 * Return the address of a worker as the browser asks for it.
 *
 * @throws TypeError - It is no script of this client.
 */
export function trustedScript(address: string): string {
  return policy.createScriptURL(address);
}
