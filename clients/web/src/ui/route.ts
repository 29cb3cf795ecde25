/** The addresses of the client: the same as `teamchat.server.routes.public.web_client` serves. */

import type { ConversationId } from "./core.ts";

export type Route =
  | { readonly page: "list" }
  | { readonly page: "settings" }
  | { readonly page: "conversation"; readonly id: ConversationId };

const CONVERSATION = /^\/c\/([A-Za-z0-9_-]{1,64})$/u;

/** Read an address; what is none of ours is the list. */
export function routeOf(path: string): Route {
  if (path === "/settings") return { page: "settings" };
  const id = CONVERSATION.exec(path)?.[1];
  return id === undefined ? { page: "list" } : { page: "conversation", id };
}

/** Write an address. */
export function pathOf(route: Route): string {
  if (route.page === "conversation") return `/c/${route.id}`;
  return route.page === "settings" ? "/settings" : "/";
}
