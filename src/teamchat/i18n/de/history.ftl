error-reason-history-given-already = Ein anderes Ihrer Geräte gibt seinen Verlauf schon weiter, oder dieses hat selbst danach gefragt. Warten Sie, bis er angekommen ist, oder lassen Sie das neue Gerät noch einmal fragen.
error-reason-no-history-backup = Ihre Organisation bewahrt keine Sicherungen von Verläufen auf. Ihre Geräte behalten ihren eigenen.
