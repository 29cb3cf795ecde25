## trust: how well a key is known, and who else could read

trust-sign-vouched = ○
trust-sign-verified = ✓
trust-sign-changed = !
trust-level-vouched = confirmed by the company
trust-level-verified = verified in person
trust-level-changed = key changed
trust-retention = Nothing is deleted by itself in this version: messages stay on everybody’s devices, and encrypted on the server.
trust-no-others = No bots, no archive and no access for compliance read along: this version has none.
