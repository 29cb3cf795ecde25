## custody: Vertrauensleute der Firma, die gemeinsam jemandem die Identität zurückgeben können

notice-custodians = Seit { $day } hat Ihre Firma { $count } Vertrauensleute. Je { $threshold } von ihnen zusammen können jemandem, der alles verloren hat, den Zugang zurückgeben, wenn diese Person ihn ihnen anvertraut hat. `teamchat custody` sagt, wer sie sind. Hatten Sie Ihren Wiederherstellungsschlüssel früheren Vertrauensleuten anvertraut, gilt das nicht mehr: Tun Sie es neu, wenn Sie möchten.
notice-custodians-none = Seit { $day } hat Ihre Firma keine Vertrauensleute mehr. Hatten Sie ihnen Ihren Wiederherstellungsschlüssel anvertraut, gilt das nicht mehr: Verwahren Sie den Schlüssel selbst gut.
error-reason-custodians-too-few = Nennen Sie jede Person einmal, und mindestens so viele, wie gemeinsam handeln müssen.
error-reason-custodians-changed = Ihre Firma hat inzwischen andere Vertrauensleute. Sehen Sie mit `teamchat custody` nach und beginnen Sie von vorn.
error-reason-custodians-not-ready = Noch haben nicht alle Vertrauensleute angenommen. Versuchen Sie es später; `teamchat custody` sagt, wer fehlt.
error-reason-nothing-entrusted = Den jetzigen Vertrauensleuten ist nichts von Ihnen anvertraut. Ohne Ihren Wiederherstellungsschlüssel kann nur Ihre Firma Sie neu beginnen lassen: Fragen Sie Ihre IT-Abteilung.
error-reason-custody-asked = Sie haben die Vertrauensleute schon gefragt, vielleicht auf einem anderen Computer. Machen Sie dort weiter, oder nehmen Sie jene Anfrage zuerst zurück: `teamchat recover --custodians --cancel`.
error-reason-custody-approved = Sie haben dieser Anfrage schon zugestimmt; das lässt sich nicht zurücknehmen. War es ein Versehen, rufen Sie sofort die Person und Ihre IT-Abteilung an.
