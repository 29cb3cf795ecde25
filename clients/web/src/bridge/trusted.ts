/**
 * The one policy by which a page or a worker may load scripts by address: the client's workers and
 * its service worker, all of this server (docs/security/threat-model.md). Each may make it once.
 */

interface Policy {
  createScriptURL(address: string): string;
}

interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

interface Place {
  readonly origin: string;
  readonly pathname: string;
}

// Declared here and not in `lib`: a worker of the core has got them as a page has.
declare const location: Place & { readonly href: string };
declare const URL: new (address: string, base: string) => Place;

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
