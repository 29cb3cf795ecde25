## trust: wie gut ein Schlüssel bekannt ist, und wer sonst mitlesen könnte

trust-sign-vouched = ○
trust-sign-verified = ✓
trust-sign-changed = !
trust-level-vouched = vom Unternehmen bestätigt
trust-level-verified = persönlich verifiziert
trust-level-changed = Schlüssel geändert
trust-retention = In dieser Version wird nichts von selbst gelöscht: Nachrichten bleiben auf den Geräten aller, und verschlüsselt auf dem Server.
trust-no-others = Es liest kein Bot, kein Archiv und keine Compliance-Stelle mit: Das gibt es in dieser Version nicht.
